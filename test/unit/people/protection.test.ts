import { describe, expect, test } from 'vitest';
import { ACL, powerOf, powerToModerate } from '../../../src/people/power.ts';
import { entryText, givenUp, POWER_LEVELS, planEntry } from '../../../src/people/protection.ts';
import { type OldRoom, oldRoom, type State } from '../../../src/people/succession.ts';

const [BOT, ADMIN, ANNA] = ['@draupnir:example.org', '@admin:example.org', '@anna:example.org'];
const LOCALS = { domain: 'example.org', administrators: [ADMIN] };

const state = (type: string, content: object, stateKey = ''): State => ({
  type,
  stateKey,
  sender: ANNA,
  eventId: '',
  content: content as State['content'],
});

interface Given {
  readonly members?: Readonly<Record<string, string>>;
  readonly users?: Readonly<Record<string, unknown>>;
  readonly levels?: object;
  readonly rule?: string;
  readonly version?: string;
  readonly bare?: boolean;
}

/** Made by Anna, who is no administrator of the server; by the levels that Synapse gives a new room. */
const room = ({ members = {}, users = {}, levels = {}, rule = 'invite', version = '11', bare }: Given = {}) =>
  oldRoom('!garden:example.org', [
    state('m.room.create', { room_version: version }),
    state('m.room.join_rules', { join_rule: rule }),
    ...Object.entries({ [ANNA]: 'join', [ADMIN]: 'join', ...members }).map(([userId, membership]) =>
      state('m.room.member', { membership }, userId),
    ),
    ...(bare
      ? []
      : [
          state(POWER_LEVELS, {
            users,
            events: { [ACL]: 100, [POWER_LEVELS]: 100 },
            ban: 50,
            kick: 50,
            redact: 50,
            ...levels,
          }),
        ]),
  ]) as OldRoom;

const plan = (given?: Given) => planEntry(BOT, room(given), LOCALS);

test.each([
  [{}, 100],
  [{ levels: { events: {} } }, 50],
  [{ levels: { events: { [ACL]: 30 }, ban: 60 } }, 60],
  [{ levels: { events: { [ACL]: 0 }, ban: 0, kick: 0, redact: '75' } }, 75],
  [{ bare: true }, 50],
] as const)('what a bot needs in a room with %j is %i', (given, level) => {
  expect(powerToModerate(room(given))).toBe(level);
});

describe('a bot comes into a room', () => {
  test('invited by an administrator, who gives it as much power as it needs and leaves that of others alone', () => {
    const entry = plan({ users: { [ADMIN]: 100, [ANNA]: 100 } });
    expect(entry).toMatchObject({ joins: true, invitedBy: ADMIN, power: { by: ADMIN, from: 0, to: 100 } });
    expect('power' in entry && entry.power?.levels).toMatchObject({
      users: { [ADMIN]: 100, [ANNA]: 100, [BOT]: 100 },
      events: { [ACL]: 100 },
      ban: 50,
    });
    expect('joins' in entry && entryText(entry)).toBe(
      `joins, invited by ${ADMIN}; gets power 100 from ${ADMIN}, it has 0`,
    );
  });
  test.each([
    ['that everybody may join', { rule: 'public' }],
    ['to which somebody invited it', { members: { [BOT]: 'invite' } }],
  ])('%s without being asked in', (_, given) => {
    expect(plan({ ...given, users: { [ADMIN]: 100 } })).not.toHaveProperty('invitedBy');
  });
  test('where it has what it needs: nothing is done', () => {
    expect(plan({ members: { [BOT]: 'join' }, users: { [BOT]: 100 } })).toEqual({
      room: expect.anything(),
      joins: false,
    });
  });
  test('whose makers stand above all levels', () => {
    const made = room({ version: '12', users: {} });
    const byAdmin = { ...made, create: { ...made.create, sender: ADMIN } };
    expect(powerOf(ADMIN, byAdmin)).toBe(Number.POSITIVE_INFINITY);
    // A maker is in no list of levels: the room would refuse it.
    expect(planEntry(BOT, byAdmin, LOCALS)).toMatchObject({
      power: { by: ADMIN, levels: { users: { [BOT]: 100 } } },
    });
  });
  test('without levels: its maker keeps what makers have', () => {
    const made = room({ bare: true });
    const byAdmin = { ...made, create: { ...made.create, sender: ADMIN } };
    expect(planEntry(BOT, byAdmin, LOCALS)).toMatchObject({
      power: { levels: { users: { [ADMIN]: 100, [BOT]: 50 } } },
    });
  });
});

describe('a bot cannot protect a room', () => {
  test.each([
    // Anna could; she is asked, and not acted for.
    ['whose power is with others', { users: { [ANNA]: 100 } }],
    ['in which the administrator may do some of it', { users: { [ADMIN]: 50 } }],
    ['that the administrator left', { users: { [ADMIN]: 100 }, members: { [ADMIN]: 'leave' } }],
  ])('%s: what it lacks is said, and what to type there', (_, given) => {
    const found = plan({ rule: 'public', ...given });
    expect(found).toMatchObject({
      why: expect.stringContaining('it has power 0 and needs 100'),
      say: [`/op ${BOT} 100`],
    });
  });
  test('into which nobody may ask it, or that banned it', () => {
    expect(plan({ levels: { invite: 50 }, users: { [BOT]: 100 } })).toMatchObject({
      why: 'no administrator of yours in it may invite',
      say: [`/invite ${BOT}`],
    });
    expect(plan({ members: { [BOT]: 'ban' }, users: { [ADMIN]: 100 } })).toMatchObject({
      why: 'it is banned there',
      say: [`/unban ${BOT}`, `/invite ${BOT}`, `/op ${BOT} 100`],
    });
  });
});

test('its power goes with it, and that of others stays; without the right to it nothing changes', () => {
  expect(givenUp(BOT, room({ users: { [ADMIN]: 100, [BOT]: 100 } }))).toMatchObject({
    users: { [ADMIN]: 100 },
    ban: 50,
  });
  expect(givenUp(BOT, room({ users: { [ADMIN]: 100, [BOT]: 100 } }))?.users).not.toHaveProperty(BOT);
  expect(givenUp(BOT, room({ users: { [BOT]: 50 } }))).toBeUndefined();
  expect(givenUp(BOT, room({ users: { [ADMIN]: 100 } }))).toBeUndefined();
});
