import { expect, test } from 'vitest';
import type { AdminReply, ApiRequest } from '../../../src/apply/admin-api.ts';
import type { ModerationOptions } from '../../../src/cli/people-options.ts';
import { protect, unprotect } from '../../../src/commands/moderation/protection.ts';
import { BOT_DATA } from '../../../src/people/moderation-bot.ts';
import { POWER_LEVELS } from '../../../src/people/protection.ts';
import { fakeServer, moderationOptions } from './server.ts';

const [BOT, ADMIN] = ['@draupnir:example.org', '@admin:example.org'];
const ROOM = '!garden:example.org';
const ROOMS = `/_matrix/client/v3/rooms/${ROOM}`;
const DATA = `PUT /_matrix/client/v3/user/${BOT}/account_data/${BOT_DATA.protectedRooms}`;
const [INVITE, JOIN, LEAVE, POWER] = [
  `POST ${ROOMS}/invite`,
  `POST ${ROOMS}/join`,
  `POST ${ROOMS}/leave`,
  `PUT ${ROOMS}/state/${POWER_LEVELS}/`,
];

interface Known {
  readonly isIn?: boolean;
  readonly guards?: boolean;
  readonly watches?: boolean;
  readonly users?: Readonly<Record<string, number>>;
  readonly alias?: string;
}

const ok = (body: AdminReply['body']): AdminReply => ({ status: 200, body });
const event = (type: string, content: object, state_key = '') => ({
  type,
  state_key,
  sender: ADMIN,
  content,
});

const synapse =
  ({ isIn, guards, watches, users = { [ADMIN]: 100 }, alias }: Known) =>
  ({ method, path }: ApiRequest): AdminReply | undefined => {
    if (method !== 'GET') return undefined;
    if (path.endsWith(BOT_DATA.protectedRooms))
      return ok({ rooms: [...(guards ? [ROOM] : []), '!other:example.org'], kept: 'as it is' });
    if (path.endsWith(BOT_DATA.watchedLists))
      return ok({ references: watches ? [`https://matrix.to/#/${encodeURIComponent(ROOM)}`] : [] });
    if (path.startsWith('/_synapse/admin/v2/users')) return ok({ users: [{ name: ADMIN, admin: true }] });
    if (!path.endsWith(`${encodeURIComponent(ROOM)}/state`)) return undefined;
    return ok({
      state: [
        event('m.room.create', { room_version: '11' }),
        event(POWER_LEVELS, { users, events: { 'm.room.server_acl': 100, [POWER_LEVELS]: 100 } }),
        event('m.room.member', { membership: 'join' }, ADMIN),
        ...(isIn ? [event('m.room.member', { membership: 'join' }, BOT)] : []),
        ...(alias === undefined ? [] : [event('m.room.canonical_alias', { alias })]),
      ],
    });
  };

const act =
  (action: typeof protect) =>
  async (known: Known, given: Partial<ModerationOptions> = {}, state = 'running') => {
    const asked: ApiRequest[] = [];
    const fake = fakeServer({
      synapse: (request) => {
        asked.push(request);
        return synapse(known)(request);
      },
      state,
    });
    await action(moderationOptions({ subject: ROOM, yes: true, ...given }), fake.server);
    return { ...fake, asked };
  };
const [guard, free] = [act(protect), act(unprotect)];
const RIGHT = { isIn: true, users: { [ADMIN]: 100, [BOT]: 100 } };

test('the bot comes in and gets its power while it stands still, in the name of the administrator', async () => {
  const { done, asked, printed } = await guard({});
  expect(done).toEqual(['stop', INVITE, JOIN, POWER, DATA, 'start']);
  const by = (path: string) => asked.find((one) => one.method !== 'GET' && one.path.includes(path));
  expect(by('/invite')).toMatchObject({ user: ADMIN, body: { user_id: BOT } });
  expect(by('/join')).toMatchObject({ as: 'draupnir' });
  expect(by(POWER_LEVELS)).toMatchObject({ user: ADMIN, body: { users: { [ADMIN]: 100, [BOT]: 100 } } });
  expect(by('account_data')?.body).toEqual({ rooms: ['!other:example.org', ROOM], kept: 'as it is' });
  expect(printed).toEqual([
    `${ROOM}: Draupnir joins, invited by ${ADMIN}; gets power 100 from ${ADMIN}, it has 0.`,
    'Protected: 1 room. The bot was restarted.',
  ]);
});

test('a room that was typed twice is protected once', async () => {
  const { printed } = await guard({}, { more: [ROOM] });
  expect(printed.at(-1)).toBe('Protected: 1 room. The bot was restarted.');
});

test.each([
  ['it is protected and has all that it needs', { ...RIGHT, guards: true }, []],
  ['only that is missing: it is written down', RIGHT, ['stop', DATA, 'start']],
  ['its power was taken: it gets it again', { isIn: true, guards: true }, ['stop', POWER, DATA, 'start']],
])('where %s', async (_, known, done) => {
  const run = await guard(known);
  expect(run.done).toEqual(done);
});

test('again it is nothing to do, and a bot that stands still is started', async () => {
  expect((await guard({ ...RIGHT, guards: true })).printed.at(-1)).toMatch(/^Nothing to do/);
  expect((await guard({ ...RIGHT, guards: true }, {}, 'exited')).done).toEqual(['start']);
});

test('a dry run says who would do what, and does nothing', async () => {
  const { done, printed } = await guard({}, { dryRun: true, yes: false });
  expect(done).toEqual([]);
  expect(printed.join()).toMatch(/invited by @admin:example\.org; gets power 100 [\s\S]*Dry run/);
});

test('nobody is acted for without being asked; a bot that comes in by itself needs no yes', async () => {
  await expect(guard({}, { yes: false })).rejects.toThrow(/needs --yes/);
  expect((await guard(RIGHT, { yes: false })).done).toContain('start');
});

test('without the power it is refused, with what is missing and what to type; nothing is changed', async () => {
  const fake = fakeServer({ synapse: synapse({ isIn: true, users: { '@anna:example.org': 100 } }) });
  await expect(protect(moderationOptions({ subject: ROOM, yes: true }), fake.server)).rejects.toMatchObject({
    text: {
      code: 'MB-MODERATION-POWER',
      why: expect.stringContaining('it has power 0 and needs 100'),
      fix: expect.arrayContaining([expect.stringContaining(`/op ${BOT} 100`)]),
    },
  });
  expect(fake.done).toEqual([]);
});

test('neither a room that nobody here is in, nor the one in which the bot is commanded', async () => {
  const away = guard({}, { subject: '!away:example.com' });
  await expect(away).rejects.toMatchObject({ text: { code: 'MB-ROOM-OUTSIDE' } });
  await expect(guard({ alias: '#draupnir-management:example.org' })).rejects.toThrow(/is commanded/);
});

test('not protected any more: it gives up its power and leaves before that is written down', async () => {
  const { done, asked, printed } = await free({ ...RIGHT, guards: true });
  expect(done).toEqual(['stop', POWER, LEAVE, DATA, 'start']);
  const body = (path: string) => asked.find((one) => one.method === 'PUT' && one.path.includes(path))?.body;
  expect(body(POWER_LEVELS)).toMatchObject({ users: { [ADMIN]: 100 } });
  expect(body('account_data')).toEqual({ rooms: ['!other:example.org'], kept: 'as it is' });
  expect(printed.join()).toMatch(/^Not protected any more: 1 room/);
});

test.each([
  ['watches as a list', { watches: true }],
  ['takes its orders from', { alias: '#draupnir-management:example.org' }],
])('a room that it %s is not left', async (_, known) => {
  expect((await free({ ...RIGHT, guards: true, ...known })).done).toEqual(['stop', DATA, 'start']);
});

test('what it does not protect is not left either', async () => {
  const { done, printed } = await free(RIGHT);
  expect({ done, printed }).toEqual({
    done: [],
    printed: ['Nothing to do: the bot protects no such room.'],
  });
});
