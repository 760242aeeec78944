import { describe, expect, test } from 'vitest';
import {
  type CutOff,
  cutOffLines,
  isNarrower,
  opennessText,
  readCutOff,
  type SharedRoom,
  talkedTo,
} from '../../../src/people/cut-off.ts';

const open = talkedTo({ mode: 'open', allowed: [] });
const closed = talkedTo({ mode: 'closed', allowed: [] });
const two = talkedTo({ mode: 'allowlist', allowed: ['a.example', 'b.example'] });
const one = talkedTo({ mode: 'allowlist', allowed: ['a.example'] });

test.each([
  [open, closed, true],
  [open, one, true],
  [two, one, true],
  [one, closed, true],
  [one, two, false],
  [one, open, false],
  [closed, closed, false],
  [open, open, false],
  [two, two, false],
])('%j to %j is narrower: %j', (before, after, narrower) => {
  expect(isNarrower(before, after)).toBe(narrower);
});

const room = (given: Partial<SharedRoom> = {}): SharedRoom => ({
  roomId: '!a:example.org',
  name: '',
  alias: '',
  here: 1,
  people: 1,
  servers: 1,
  somebody: '@eve:example.com',
  largest: ['example.com'],
  ...given,
});

const cutOff = (named: readonly SharedRoom[], given: Partial<CutOff> = {}): CutOff => ({
  rooms: named.length,
  servers: 1,
  largest: [{ server: 'example.com', rooms: named.length }],
  named,
  invitedHere: 0,
  invitedAway: 0,
  ...given,
});

const CLOSED = { mode: 'closed', allowed: [] } as const;

describe('what breaks', () => {
  test('rooms with who is lost, a conversation by the other one, and invitations', () => {
    const rooms = [
      room({
        alias: '#garden:example.org',
        name: 'Garden',
        here: 3,
        people: 12,
        servers: 5,
        largest: ['a.example', 'b.example', 'c.example'],
      }),
      room(),
      room({ roomId: '!many:example.org', here: 2, people: 1 }),
    ];
    expect(cutOffLines(CLOSED, cutOff(rooms, { servers: 5, invitedHere: 2, invitedAway: 1 }))).toEqual([
      'WARNING Federation becomes closed: it talks to no other server. 3 rooms lose the people of 5 servers: what is said there does not reach them any more, nor what they say your users.',
      '- #garden:example.org (Garden): 3 of yours, 12 people of a.example, b.example, c.example and 2 more servers',
      '- a conversation with @eve:example.com: 1 of yours, 1 person of example.com',
      '- !many:example.org: 2 of yours, 1 person of example.com',
      'Waiting, and of no use then: 2 invitations from there to people of yours, 1 invitation from here to people there.',
      'Nobody is taken out of a room, and it can be opened again; what was said meanwhile may be missing on either side.',
    ]);
  });
  test('a long list is cut, and counted', () => {
    const named = Array.from({ length: 100 }, (_, index) => room({ roomId: `!r${index}`, here: 2 }));
    const lines = cutOffLines(CLOSED, cutOff(named, { rooms: 340 }));
    expect(lines.filter((line) => line.startsWith('- !r'))).toHaveLength(10);
    expect(lines).toContain('- and 330 more rooms');
  });
  test('hostile names do not reach a terminal', () => {
    const lines = cutOffLines(
      CLOSED,
      cutOff([room({ name: 'a\u001b[31m\u202e', alias: '#x\u0007:e.example' })]),
    );
    expect(lines.join()).toContain('\\u{1b}[31m\\u{202e}');
    expect(lines.join()).not.toContain('\u001b');
  });
  test('no room, and a database that does not answer, are told apart', () => {
    expect(cutOffLines(CLOSED, cutOff([]))).toEqual([
      'WARNING Federation becomes closed: it talks to no other server. No room has people of a server that is cut off by it.',
    ]);
    expect(cutOffLines(CLOSED, undefined)[0]).toContain('could not be seen');
  });
});

test('a document that lacks something is read as far as it goes', () => {
  expect(readCutOff({ rooms: 1, named: [{ room_id: '!a', largest: null }] })).toMatchObject({
    rooms: 1,
    servers: 0,
    largest: [],
    named: [{ roomId: '!a', name: '', largest: [] }],
  });
});

test('an allowlist names its servers', () => {
  expect(opennessText({ mode: 'allowlist', allowed: ['a.example', 'b.example'] })).toBe(
    'allowlist: it talks to a.example, b.example, and to no other',
  );
});
