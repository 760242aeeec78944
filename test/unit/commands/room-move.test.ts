import { describe, expect, test } from 'vitest';
import type { RoomOptions } from '../../../src/cli/people-options.ts';
import { replace } from '../../../src/commands/room/replace.ts';
import { fakeServer } from './fake-server.ts';

const [ADMIN, ANNA, MALLORY, EVE] = [
  '@admin:example.org',
  '@anna:example.org',
  '@mallory:example.org',
  '@eve:example.com',
];
const [OLD, NEW] = ['!club:example.com', '!new:example.org'];

interface GivenRoom {
  readonly creator: string;
  readonly joined: readonly string[];
  readonly predecessor?: string;
  readonly replacedBy?: string;
  readonly power?: object;
  readonly alias?: string;
}

const stateOf = ({ creator, joined, predecessor, replacedBy, power = {}, alias }: GivenRoom) => {
  const event = (type: string, content: object, sender = creator, stateKey = '') => ({
    type,
    sender,
    state_key: stateKey,
    event_id: `$${type}`,
    content,
  });
  return [
    event('m.room.create', {
      room_version: '11',
      ...(predecessor !== undefined && { predecessor: { room_id: predecessor } }),
    }),
    event('m.room.power_levels', { users: { [creator]: 100, ...power } }),
    ...(replacedBy === undefined ? [] : [event('m.room.tombstone', { replacement_room: replacedBy })]),
    ...(alias === undefined ? [] : [event('m.room.canonical_alias', { alias })]),
    ...joined.map((userId) => event('m.room.member', { membership: 'join' }, userId, userId)),
  ];
};

const account = (name: string, more: object = {}) => ({ name, admin: false, ...more });

interface Given {
  readonly rooms: Readonly<Record<string, GivenRoom>>;
  /** Ids of rooms that were made here, as the database lists them. */
  readonly made?: readonly string[];
  readonly accounts?: readonly object[];
  readonly options?: Partial<RoomOptions>;
}

const EVERYBODY = [account(ADMIN, { admin: true }), account(ANNA), account(MALLORY)];

const run = async ({ rooms, made = [], accounts = EVERYBODY, options = {} }: Given) => {
  const fake = fakeServer({
    answer: ({ path }) => {
      if (path.includes('/capabilities'))
        return {
          status: 200,
          body: {
            capabilities: { 'm.room_versions': { default: '11', available: { 11: 'stable', 12: 'stable' } } },
          },
        };
      if (path.startsWith('/_synapse/admin/v2/users')) return { status: 200, body: { users: accounts } };
      const [, id] = /\/admin\/v1\/rooms\/([^/]+)\/state$/.exec(path) ?? [];
      if (id !== undefined) {
        const room = rooms[decodeURIComponent(id)];
        return room === undefined
          ? { status: 404, body: {} }
          : { status: 200, body: { state: stateOf(room) } };
      }
      if (path.endsWith('/createRoom')) return { status: 200, body: { room_id: '!made:example.org' } };
      if (path.includes('/directory/')) return { status: 404, body: {} };
      return undefined;
    },
    run: (script) => {
      if (!script.includes('MB-SUCCESSORS')) return {};
      const list = made.map((id) => ({
        room_id: id,
        event: JSON.stringify(stateOf(rooms[id] as GivenRoom)[0]),
      }));
      return { stdout: `MB-SUCCESSORS ${JSON.stringify(list)}\n` };
    },
  });
  const all = { action: 'move', room: OLD, dryRun: false, yes: false, json: false, ...options };
  const outcome = await replace(all as RoomOptions, fake.server).catch((error: unknown) => error);
  return { ...fake, outcome, problem: outcome instanceof Error ? outcome.message : '' };
};

const CLUB: GivenRoom = { creator: EVE, joined: [EVE, ADMIN, ANNA, MALLORY] };

describe('a room that somebody made and calls the successor', () => {
  const made = [NEW];
  const mallorys = { creator: MALLORY, joined: [MALLORY], predecessor: OLD };
  test('gets nobody who did not ask for it', async () => {
    const rooms = {
      [OLD]: CLUB,
      [NEW]: mallorys,
      '!made:example.org': { creator: ADMIN, joined: [ADMIN], predecessor: OLD },
    };
    const { outcome, changes, said } = await run({ rooms, made, options: { yes: true } });
    expect(outcome).toBe(0);
    expect(changes().filter((one) => one.includes(NEW))).toEqual([]);
    expect(changes()).toContain(`${ADMIN} POST /_matrix/client/v3/createRoom`);
    expect(said()).toContain(`- ${NEW} by ${MALLORY}`);
  });
  test('is gone on with when that account is asked for, after a yes', async () => {
    const rooms = { [OLD]: CLUB, [NEW]: mallorys };
    const asked = await run({ rooms, made, options: { as: 'mallory' } });
    expect(asked.problem).toContain(
      `needs --yes: Bring 2 people of yours into ${NEW}, made by ${MALLORY}, and invite 1 person`,
    );
    expect(asked.changes()).toEqual([]);
    const agreed = await run({ rooms, made, options: { as: 'mallory', yes: true } });
    expect(agreed.changes()).toContain(`${ANNA} POST /_matrix/client/v3/rooms/${NEW}/join`);
  });
  test('made by whoever would make it now: there is no second one', async () => {
    const rooms = { [OLD]: { creator: EVE, joined: [EVE, MALLORY] }, [NEW]: mallorys };
    const { problem, changes } = await run({ rooms, made, options: { yes: true } });
    expect(problem).toContain(`${MALLORY} made ${NEW}`);
    expect(changes()).toEqual([]);
  });
  test('that an administrator made is gone on with, after a yes; a dry run says who would come over', async () => {
    const rooms = { [OLD]: CLUB, [NEW]: { creator: ADMIN, joined: [ADMIN], predecessor: OLD } };
    expect((await run({ rooms, made })).problem).toContain('needs --yes');
    const dry = await run({ rooms, made, options: { dryRun: true } });
    expect(dry.said()).toMatch(
      /successor already: .*made by @admin:example\.org, with 1 member\.\n@admin:example\.org acts there: 2 people of yours are taken along/,
    );
    expect(dry.changes()).toEqual([]);
  });
  test('where nobody is missing nothing is asked', async () => {
    const joined = CLUB.joined;
    const rooms = { [OLD]: CLUB, [NEW]: { creator: ADMIN, joined, predecessor: OLD } };
    const { outcome, said } = await run({ rooms, made });
    expect(outcome).toBe(0);
    expect(said()).toContain('Nothing to do: nobody is missing there');
  });
});

describe.each(['move', 'upgrade'] as const)('%s: a tombstone', (action) => {
  const replaced = { ...CLUB, replacedBy: NEW };
  test('names any room: who made that one is said, and nobody is brought there without a yes', async () => {
    const rooms = { [OLD]: replaced, [NEW]: { creator: EVE, joined: [EVE, ADMIN] } };
    const { problem, changes, said } = await run({ rooms, options: { action } });
    expect(problem).toContain(`made by ${EVE}`);
    expect(said()).toContain('does not say of itself that it follows this one');
    expect(changes()).toEqual([]);
  });
  test('to a room that nobody here knows ends before anything is done', async () => {
    const { problem, changes } = await run({ rooms: { [OLD]: replaced }, options: { action, yes: true } });
    expect(problem).toContain('Nobody of this server may invite');
    expect(changes()).toEqual([]);
  });
});

describe('a room that began here', () => {
  const options = { room: NEW, yes: true };
  test.each([
    ['and says that it follows one that does not lead to it', { ...CLUB }],
    ['and follows one that leads elsewhere', { ...CLUB, replacedBy: '!other:example.com' }],
  ])('made by anybody, %s: nothing to do', async (_, old) => {
    const rooms = { [OLD]: old, [NEW]: { creator: MALLORY, joined: [MALLORY, ADMIN], predecessor: OLD } };
    const { said, changes } = await run({ rooms, options });
    expect(said()).toContain('Nothing to do: the room began on this server');
    expect(changes()).toEqual([]);
  });
  test('made by an administrator: whoever never came over is asked about', async () => {
    const rooms = { [OLD]: CLUB, [NEW]: { creator: ADMIN, joined: [ADMIN], predecessor: OLD } };
    expect((await run({ rooms, options: { room: NEW } })).problem).toContain('needs --yes: Bring 2 people');
  });
});

test('a locked account that is asked for is refused by its name', async () => {
  const accounts = [account(ADMIN, { admin: true }), account(ANNA, { locked: true })];
  const { problem } = await run({ rooms: { [OLD]: CLUB }, accounts, options: { as: 'anna' } });
  expect(problem).toContain(`--as: ${ANNA} is locked`);
});

test.each(['draupnir', 'mjolnir'])('the room in which %s is commanded is never replaced', async (bot) => {
  const alias = `#${bot}-management:example.org`;
  const { problem, changes } = await run({
    rooms: { [NEW]: { creator: ADMIN, joined: [ADMIN], alias } },
    options: { action: 'upgrade', room: NEW, yes: true },
  });
  expect(problem).toContain('would be deaf');
  expect(changes()).toEqual([]);
});
