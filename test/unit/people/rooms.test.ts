import { describe, expect, test } from 'vitest';
import { readRoom, readSubject, roomText } from '../../../src/people/rooms.ts';

describe('what a subject names', () => {
  test.each([
    ['!abc:example.org', { kind: 'room', roomId: '!abc:example.org' }],
    ['!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM', { kind: 'room' }],
    ['#gärten:example.org', { kind: 'alias', alias: '#gärten:example.org' }],
    ['@anna:example.org:8448', { kind: 'user' }],
    ['mxc://example.org/abc_DEF-1', { kind: 'medium', server: 'example.org', mediaId: 'abc_DEF-1' }],
    ['mxc://[2001:db8::7]:8448/abc', { kind: 'medium', server: '[2001:db8::7]:8448' }],
  ])('%s', (text, subject) => expect(readSubject(text)).toMatchObject(subject));
  test.each([
    ...['', '!', 'anna', '#alias', '@anna', '!a b', '!a\u001b', '#a\u001b:example.org'],
    ...['mxc://example.org', 'mxc://example.org/../x', 'mxc://example.org/a/b', 'mxc://exa mple.org/a'],
  ])('%j is nothing', (text) => expect(readSubject(text)).toBeUndefined());
});

test('a room in one line; its name is somebody else’s', () => {
  const room = readRoom({
    room_id: '!a:example.org',
    name: '\u001b[2J\u202ex',
    canonical_alias: null,
    joined_members: 1,
    joined_local_members: 0,
  });
  expect(roomText(room)).toBe('!a:example.org (\\u{1b}[2J\\u{202e}x), 1 member, 0 of them of this server');
});
