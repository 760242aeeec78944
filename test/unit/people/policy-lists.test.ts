import { describe, expect, test } from 'vitest';
import {
  isPolicyList,
  linkedRoom,
  POLICY_LISTS,
  referencesIn,
  roomLink,
} from '../../../src/people/policy-lists.ts';
import { readSubject } from '../../../src/people/rooms.ts';

describe('a list as the bots write it down', () => {
  // Draupnir's own pattern: packages/matrix-protection-suite/src/MatrixTypes/PermalinkSchema.ts, 3.1.0.
  const DRAUPNIRS = /^https:\/\/matrix\.to\/#\/![^/?]+(?:\?.*)?$/;
  test.each([
    ['!a:example.org', ['example.org', 'other.example']],
    ['!Xk3v_room-of-version-12', ['example.org']],
    ['!a:example.org:8448', []],
    ['!odd/?#%&:example.org', ['example.org']],
  ])('%s', (roomId, via) => {
    const link = roomLink(roomId, via);
    expect(link).toMatch(DRAUPNIRS);
    expect(linkedRoom(link)).toBe(roomId);
    expect(new URL(link.replace('/#/', '/')).searchParams.getAll('via')).toEqual(via);
  });

  test('what is no link is none', () => {
    for (const odd of [undefined, 3, '', 'https://example.org/#/!a:b', 'https://matrix.to/#/%'])
      expect(linkedRoom(odd)).toBeUndefined();
    expect(referencesIn({ references: 'x' })).toEqual([]);
    expect(referencesIn({})).toEqual([]);
  });
});

test('a policy list is told by its rules or by what its bot calls it', () => {
  expect(isPolicyList(['m.room.create', 'm.policy.rule.server'])).toBe(true);
  expect(isPolicyList(['org.matrix.mjolnir.rule.user'])).toBe(true);
  expect(isPolicyList(['org.matrix.mjolnir.shortcode'])).toBe(true);
  expect(isPolicyList(['m.room.create', 'm.room.member', 'm.policy.rule', undefined, 7])).toBe(false);
});

test('the known lists can be typed as they are shown', () => {
  for (const { alias, roomId } of POLICY_LISTS) {
    expect(readSubject(alias)).toEqual({ kind: 'alias', alias });
    expect(readSubject(roomId)).toEqual({ kind: 'room', roomId });
  }
});
