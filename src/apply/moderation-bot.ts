import type { ModerationBot } from '../answers/answers.ts';
import { EXIT, Failure } from '../errors.ts';
import { printable } from '../federation/printable.ts';
import { serverOf } from '../federation/server-name.ts';
import { readAccount } from '../people/accounts.ts';
import {
  BOT_DATA,
  BOT_NAMES,
  INVITATION_PROTECTION,
  madeMark,
  managementAlias,
  managementLocalpart,
} from '../people/moderation-bot.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { type AdminApi, askOrFail, createAdminApi, refusedBySynapse } from './admin-api.ts';
import { removeServices } from './services.ts';
import type { Outcome, Tools } from './tools.ts';

type Made = ChangeOf<'create-moderation-bot'>;

const CLIENT = '/_matrix/client/v3';

/**
 * An account without rights for the bot, no rate limits for it, and its management room: made in its name, so that whoever
 * reads the bot's log finds no other account in the room. Each part looks first: a second time changes nothing.
 */
export const createModerationBot = async (change: Made, tools: Tools): Promise<Outcome> => {
  const { bot, userId, manager } = change;
  const api = createAdminApi(tools.host, tools, () => {});
  await mint(change, api, tools);
  const known = await knownRoom(change, api);
  // What can refuse is behind us. With the token of before the bot would be refused, again and again.
  await removeServices({ kind: 'remove-services', services: [bot] }, tools);
  await askOrFail(
    api,
    {
      method: 'POST',
      path: `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/override_ratelimit`,
      // 0: no limit (Synapse's manual, "Override ratelimiting for users").
      body: { messages_per_second: 0, burst_count: 0 },
    },
    `The rate limits of ${userId} could not be lifted.`,
  );
  tools.progress('making its management room');
  await invite(known ?? (await madeRoom(change, api)), change, api);
  if (bot === 'draupnir') await answerInvitations(change, api);
  await mark(madeMark(userId, manager), tools);
  return 'done';
};

const mark = (text: string, { host }: Tools): Promise<void> =>
  host.putTree([
    { path: PATHS.moderationMark, type: 'file', content: `${text}\n`, mode: 0o644, ...UID.root },
  ]);

/** The mark is there before the account is: an account without a mark is somebody's, and not taken over. */
const mint = async ({ bot, userId }: Made, api: AdminApi, tools: Tools): Promise<void> => {
  const known = await tools.host.run(`cat ${PATHS.moderationMark} 2>/dev/null || true`);
  const ours = known.stdout.trim().split(' ')[1] === userId;
  const request = { mint: bot, displayname: BOT_NAMES[bot] } as const;
  if (!ours) {
    const [there] = await api([
      { method: 'GET', path: `/_synapse/admin/v2/users/${encodeURIComponent(userId)}` },
    ]);
    const [kept] = there?.status === 200 ? await api([{ ...request, renew: false }]) : [];
    if (there?.status === 200 && kept?.status !== 200) throw taken(userId, bot);
    await mark(`pending ${userId}`, tools);
    if (kept?.status === 200) return;
  }
  const [made] = await api([{ ...request, renew: true }]);
  if (made?.status !== 200) throw refusedBySynapse(made, `The account ${userId} could not be made.`);
};

const taken = (userId: string, bot: ModerationBot): Failure =>
  new Failure(
    {
      code: 'MB-MODERATION-ACCOUNT',
      what: `${userId} exists already, and was not made by this program.`,
      why: 'It may be a person, or a bot that somebody runs elsewhere: its devices would be logged out.',
      fix: [
        `If you run ${BOT_NAMES[bot]} with it elsewhere: keep that one, and leave --moderation none.`,
        `Or take the other bot: --moderation ${bot === 'draupnir' ? 'mjolnir' : 'draupnir'}.`,
      ],
      safe: 'The server runs; no account was changed.',
    },
    EXIT.refused,
  );

/** Rooms of version 12 and later have their makers above all power levels, and refuse to name them (the specification, "Room Version 12"). */
const FIRST_WITH_CREATORS = 12;

interface Room {
  readonly roomId: string;
  readonly creator: string;
}

/**
 * The room that the alias leads to, with the bot in it; undefined where there is none. An administrator who upgrades the
 * room is the maker of the one that follows it, and takes the alias along.
 * @throws Failure MB-MODERATION-ROOM: somebody else's room would be where the bot takes its orders from
 */
const knownRoom = async ({ bot, userId, manager }: Made, api: AdminApi): Promise<Room | undefined> => {
  const alias = managementAlias(bot, serverOf(userId));
  const aliasPath = `${CLIENT}/directory/room/${encodeURIComponent(alias)}`;
  const [found] = await api([{ method: 'GET', path: aliasPath, as: bot }]);
  const roomId = found?.body.room_id;
  if (typeof roomId !== 'string') return undefined;
  const state = await stateOf(roomId, alias, api);
  const creator = String(state.find(({ type }) => type === 'm.room.create')?.sender ?? '');
  if (creator !== userId && !(await isAdministrator(creator, api)))
    throw foreignRoom(roomId, alias, userId, creator);
  if (state.some(({ type }) => type === 'm.room.encryption')) throw deafRoom(roomId, alias, bot);
  const member = (who: string) =>
    state.find(({ type, state_key }) => type === 'm.room.member' && state_key === who);
  const own = member(userId);
  if (own?.content?.membership === 'join') return { roomId, creator };
  // Nobody put it out: an upgraded room begins without it, and an account that is deactivated leaves its rooms.
  if (own === undefined || (own.content?.membership === 'leave' && own.sender === userId)) {
    const host = [manager, creator].find((who) => member(who)?.content?.membership === 'join');
    if (host === undefined && isEmpty(state)) {
      await askOrFail(api, { method: 'DELETE', path: aliasPath }, `${alias} could not be taken away.`);
      return undefined;
    }
    if (host !== undefined)
      await api([
        {
          method: 'POST',
          path: `${CLIENT}/rooms/${encodeURIComponent(roomId)}/invite`,
          user: host,
          body: { user_id: userId },
        },
      ]);
  }
  const path = `${CLIENT}/join/${encodeURIComponent(roomId)}`;
  const [joined] = await api([{ method: 'POST', path, as: bot, body: {} }]);
  if (joined?.status !== 200) throw shutOut(roomId, alias, userId, String(joined?.body.error ?? 'no answer'));
  return { roomId, creator };
};

interface StateEvent {
  readonly type?: unknown;
  readonly state_key?: unknown;
  readonly sender?: unknown;
  readonly content?: { readonly membership?: unknown };
}

/** Whether nobody is in a room any more. */
const isEmpty = (state: readonly StateEvent[]): boolean =>
  !state.some(({ type, content }) => type === 'm.room.member' && content?.membership === 'join');

/** As the server has it: a bot that was put out of the room reads the state of then, or none. Empty: it knows no such room. */
const stateOf = async (roomId: string, alias: string, api: AdminApi): Promise<readonly StateEvent[]> => {
  const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}/state`;
  const [reply] = await api([{ method: 'GET', path }]);
  if (reply?.status === 404) return [];
  if (reply?.status !== 200 || !Array.isArray(reply.body.state))
    throw refusedBySynapse(reply, `The room behind ${alias} could not be looked at.`);
  return reply.body.state as StateEvent[];
};

/** Whether it is, or was when it was in use, an administrator of this server. */
const isAdministrator = async (userId: string, api: AdminApi): Promise<boolean> => {
  if (userId === '') return false;
  const path = `/_synapse/admin/v2/users/${encodeURIComponent(userId)}`;
  const [reply] = await api([{ method: 'GET', path }]);
  return reply?.status === 200 && readAccount(reply.body).admin;
};

const roomRefusal = (what: string, why: string, fix: readonly string[]): Failure =>
  new Failure(
    {
      code: 'MB-MODERATION-ROOM',
      what,
      why,
      fix,
      safe: 'The server runs; no room was changed, and the bot was not stopped.',
    },
    EXIT.refused,
  );

const foreignRoom = (roomId: string, alias: string, userId: string, creator: string): Failure =>
  roomRefusal(
    `${alias} leads to a room that neither ${userId} nor an administrator of this server made.`,
    `${creator === '' ? 'This server does not know who made it' : `${printable(creator, 255)} made it`}. Whoever is in the management room commands the bot.`,
    [`Take the alias away from ${printable(roomId, 255)} in a client, then run this again.`],
  );

/** What an upgrade makes (`POST /upgrade`, by a client or by `room upgrade`) where encryption is Synapse's default; it cannot be switched off again. */
const deafRoom = (roomId: string, alias: string, bot: ModerationBot): Failure =>
  roomRefusal(
    `${alias} leads to a room that is encrypted.`,
    `${BOT_NAMES[bot]} understands nothing in an encrypted room. Synapse encrypts the room that follows an upgraded one for invited people.`,
    [
      `Take the alias away from ${printable(roomId, 255)} in a client, then run this again: then a new one is made.`,
    ],
  );

const shutOut = (roomId: string, alias: string, userId: string, said: string): Failure =>
  roomRefusal(
    `${userId} is not in its management room ${alias}, and cannot join it.`,
    `It was put out, or never invited: ${printable(said, 200)}`,
    [
      `Invite ${userId} into ${printable(roomId, 255)} in a client, after you took a ban back, then run this again.`,
      'Or take the alias away from that room: then a new one is made.',
    ],
  );

/** A new management room. */
const madeRoom = async ({ bot, userId, manager }: Made, api: AdminApi): Promise<Room> => {
  const domain = serverOf(userId);
  const [capabilities] = await api([{ method: 'GET', path: `${CLIENT}/capabilities`, as: bot }]);
  const versions = (capabilities?.body.capabilities as Record<string, { default?: unknown }> | undefined)?.[
    'm.room_versions'
  ];
  const above = Number(versions?.default) >= FIRST_WITH_CREATORS;
  const body = await askOrFail(
    api,
    {
      method: 'POST',
      path: `${CLIENT}/createRoom`,
      as: bot,
      body: {
        // With the other presets Synapse would encrypt it (encryption_enabled_by_default_for_room_type), and the bot be deaf.
        preset: 'public_chat',
        visibility: 'private',
        initial_state: [
          { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'invite' } },
          { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'shared' } },
          { type: 'm.room.guest_access', state_key: '', content: { guest_access: 'forbidden' } },
        ],
        room_alias_name: managementLocalpart(bot),
        name: `${BOT_NAMES[bot]}: moderation of ${domain}`,
        topic: `Whoever is in this room commands ${BOT_NAMES[bot]}. Begin with: !${bot} help`,
        power_level_content_override: {
          users: above ? { [manager]: 150 } : { [userId]: 101, [manager]: 100 },
        },
      },
    },
    'The management room could not be made.',
  );
  return { roomId: String(body.room_id), creator: userId };
};

/** Invites the administrator who is neither there nor invited. Where the bot may not, the room's maker does. */
const invite = async (
  { roomId, creator }: Room,
  { bot, userId, manager }: Made,
  api: AdminApi,
): Promise<void> => {
  const room = `${CLIENT}/rooms/${encodeURIComponent(roomId)}`;
  const [member] = await api([
    { method: 'GET', path: `${room}/state/m.room.member/${encodeURIComponent(manager)}`, as: bot },
  ]);
  if (['join', 'invite', 'ban'].includes(String(member?.body.membership))) return;
  const request = { method: 'POST', path: `${room}/invite`, body: { user_id: manager } } as const;
  const what = `${manager} could not be invited into the management room.`;
  const [invited] = await api([{ ...request, as: bot }]);
  if (invited?.status === 200) return;
  if (invited?.status !== 403 || creator === userId) throw refusedBySynapse(invited, what);
  await askOrFail(api, { ...request, user: creator }, what);
};

/** Draupnir looks at invitations only when it is told to. What somebody chose before stays. */
const answerInvitations = async ({ bot, userId }: Made, api: AdminApi): Promise<void> => {
  const path = `${CLIENT}/user/${encodeURIComponent(userId)}/account_data/${BOT_DATA.enabledProtections}`;
  const [chosen] = await api([{ method: 'GET', path, as: bot }]);
  if (chosen?.status !== 404) return;
  await askOrFail(
    api,
    { method: 'PUT', path, as: bot, body: { enabled: [INVITATION_PROTECTION] } },
    `${BOT_NAMES[bot]} could not be told to look at invitations.`,
  );
};
