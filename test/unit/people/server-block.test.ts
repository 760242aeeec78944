import { describe, expect, test } from 'vitest';
import { knownRoomText, letsIn, planServerBlock, readKnownRooms } from '../../../src/people/server-block.ts';

const ADMIN = '@admin:example.org';

interface Given {
  readonly acl?: object;
  readonly power?: object;
  readonly create?: object;
  readonly version?: string;
  readonly administrators?: readonly string[] | null;
  readonly tombstone?: boolean;
  readonly sender?: string;
}

const event = (content: object, sender = ADMIN) => JSON.stringify({ sender, content });

const rooms = (...given: readonly Given[]) =>
  readKnownRooms(
    given.map(
      ({ acl, power, create = {}, version = '11', administrators = [ADMIN], tombstone, sender }, at) => ({
        room_id: `!r${at}:example.org`,
        name: 'Garden',
        alias: null,
        version,
        here: 2,
        there: 1,
        administrators,
        events: {
          'm.room.create': event(create, sender),
          'm.room.power_levels': event(power ?? { users: { [ADMIN]: 100 } }),
          ...(acl && { 'm.room.server_acl': event(acl) }),
          ...(tombstone && { 'm.room.tombstone': event({ replacement_room: '!x' }) }),
        },
      }),
    ),
  );

const OPEN = { allow: ['*'], deny: [], allow_ip_literals: true };

describe('an access list', () => {
  test.each([
    [undefined, 'evil.example', true],
    [OPEN, 'evil.example', true],
    [{ allow: ['*'], deny: ['evil.example'] }, 'evil.example', false],
    [{ allow: ['*'], deny: ['*.example'] }, 'evil.example', false],
    [{ allow: ['*'], deny: ['EVIL.example'] }, 'evil.example', false],
    [{ allow: ['*'], deny: ['evi?.example'] }, 'evil.example', false],
    [{ allow: ['*'], deny: ['evil.exampl'] }, 'evil.example', true],
    [{ allow: ['*'], deny: ['evil?example'] }, 'evilxxexample', true],
    // A dot is a dot.
    [{ allow: ['*'], deny: ['evil.example'] }, 'evilxexample', true],
    [{ allow: ['good.example'] }, 'evil.example', false],
    // Without a list of who is let in nobody is.
    [{ deny: [] }, 'evil.example', false],
    [{ allow: 'x', deny: 3 }, 'evil.example', false],
    [{ allow: ['*'], allow_ip_literals: false }, '192.0.2.1', false],
    [{ allow: ['*'], allow_ip_literals: false }, '[2001:db8::1]', false],
    [{ allow: ['*'], allow_ip_literals: false }, 'evil.example', true],
  ])('%j lets in %s: %j', (acl, server, expected) => {
    expect(letsIn(acl, server)).toBe(expected);
  });
  test('one that was written to keep a program busy does not', () => {
    const begun = performance.now();
    expect(letsIn({ allow: ['*a'.repeat(200)] }, 'a'.repeat(199))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('a server is kept out', () => {
  test('where there is no list yet everybody else stays let in; one that is there keeps all it has', () => {
    const { changes } = planServerBlock(
      rooms({}, { acl: { allow: ['*'], deny: ['old.example'], allow_ip_literals: false, x: 1 } }),
      'evil.example',
      'kept-out',
    );
    expect(changes.map(({ change }) => change)).toEqual([
      { by: ADMIN, acl: { allow: ['*'], deny: ['evil.example'], allow_ip_literals: true } },
      {
        by: ADMIN,
        acl: { allow: ['*'], deny: ['old.example', 'evil.example'], allow_ip_literals: false, x: 1 },
      },
    ]);
  });
  test('where it is kept out already nothing is done, nor in rooms of the past or of this server alone', () => {
    const plan = planServerBlock(
      rooms(
        { acl: { allow: ['*'], deny: ['*.example'] } },
        { tombstone: true },
        { create: { 'm.federate': false } },
      ),
      'evil.example',
      'kept-out',
    );
    expect(plan.changes).toEqual([]);
    expect(plan.already).toHaveLength(1);
  });
  test('by whoever has most power; where nobody has it the room is named', () => {
    const BEN = '@ben:example.org';
    const plan = planServerBlock(
      rooms(
        { administrators: [ADMIN, BEN], power: { users: { [ADMIN]: 50, [BEN]: 100 } } },
        { power: { users: { [ADMIN]: 50 }, events: { 'm.room.server_acl': 100 } } },
        { administrators: null },
      ),
      'evil.example',
      'kept-out',
    );
    expect(plan.changes.map(({ change }) => change?.by)).toEqual([BEN, undefined, undefined]);
    expect(plan.changes[1]?.why).toContain('no administrator');
  });
  test('a creator of a room of version 12 has the power without being listed; of an older one not', () => {
    const power = { users: {}, events: { 'm.room.server_acl': 100 } };
    const by = (version: string) =>
      planServerBlock(rooms({ version, power }), 'evil.example', 'kept-out').changes[0]?.change?.by;
    expect(by('12')).toBe(ADMIN);
    expect(by('11')).toBeUndefined();
  });
});

describe('a room that a moderation bot protects', () => {
  const given = rooms({}, {}, { acl: { allow: ['*'], deny: ['evil.example'] } });
  test('is left to the bot, which would write its own list over ours; how it is told is said', () => {
    const bots = { bot: 'draupnir', rooms: ['!r1:example.org', '!r2:example.org'] } as const;
    const { changes, already } = planServerBlock(given, 'evil.example', 'kept-out', bots);
    expect(changes.map(({ change }) => change?.by)).toEqual([ADMIN, undefined]);
    expect(changes[1]?.why).toBe(
      'Draupnir writes its access list; in its room: !draupnir ban evil.example LIST spam',
    );
    expect(already).toHaveLength(1);
    const back = planServerBlock(given, 'evil.example', 'let-in', bots).changes[0];
    expect(back).toEqual({
      room: given[2],
      why: 'Draupnir writes its access list; in its room: !draupnir unban evil.example',
    });
  });
  test('in the words of Mjolnir', () => {
    const whys = (wanted: 'kept-out' | 'let-in', at: number) =>
      planServerBlock(given.slice(at, at + 1), 'evil.example', wanted, {
        bot: 'mjolnir',
        rooms: [`!r${at}:example.org`],
      }).changes[0]?.why;
    expect(whys('kept-out', 0)).toContain('!mjolnir ban LIST server evil.example spam');
    expect(whys('let-in', 2)).toContain('!mjolnir unban LIST server evil.example');
  });
});

describe('a server is let in again', () => {
  test('its name goes, in any spelling; a pattern stays, and is said', () => {
    const { changes } = planServerBlock(
      rooms(
        { acl: { allow: ['*'], deny: ['Evil.example', 'x.example'] } },
        { acl: { allow: ['*'], deny: ['*.example', 'evil.example'] } },
      ),
      'evil.example',
      'let-in',
    );
    expect(changes[0]?.change?.acl).toEqual({ allow: ['*'], deny: ['x.example'] });
    expect(changes[1]).toMatchObject({ why: expect.stringContaining('pattern') });
    expect(changes[1]?.change).toBeUndefined();
  });
});

test('a room without its first event is left out; a name of others is made harmless', () => {
  expect(readKnownRooms([{ room_id: '!a', events: {} }])).toEqual([]);
  const [room] = rooms({});
  expect(room && knownRoomText({ ...room, name: '\u001b]0;x' })).toContain('\\u{1b}]0;x');
});
