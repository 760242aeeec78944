import type { ModerationBot } from '../answers/answers.ts';
import { EXIT, Failure } from '../errors.ts';
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
  // With the token of before it would be refused, again and again.
  await removeServices({ kind: 'remove-services', services: [bot] }, tools);
  await mint(change, api, tools);
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
  await invite(await managementRoom(change, api), change, api);
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

/** The room that the alias leads to; made where there is none. */
const managementRoom = async ({ bot, userId, manager }: Made, api: AdminApi): Promise<string> => {
  const domain = userId.slice(userId.indexOf(':') + 1);
  const alias = managementAlias(bot, domain);
  const [found, capabilities] = await api([
    { method: 'GET', path: `${CLIENT}/directory/room/${encodeURIComponent(alias)}`, as: bot },
    { method: 'GET', path: `${CLIENT}/capabilities`, as: bot },
  ]);
  if (typeof found?.body.room_id === 'string') {
    await refuseForeignRoom(found.body.room_id, alias, userId, bot, api);
    return found.body.room_id;
  }
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
  return String(body.room_id);
};

/** Somebody else's room behind the alias would be where the bot takes its orders from. */
const refuseForeignRoom = async (
  roomId: string,
  alias: string,
  userId: string,
  bot: ModerationBot,
  api: AdminApi,
): Promise<void> => {
  const path = `${CLIENT}/rooms/${encodeURIComponent(roomId)}/state/m.room.create/?format=event`;
  const [created] = await api([{ method: 'GET', path, as: bot }]);
  if (created?.body.sender === userId) return;
  throw new Failure(
    {
      code: 'MB-MODERATION-ROOM',
      what: `${alias} leads to a room that ${userId} did not make.`,
      why: 'Whoever is in the management room commands the bot.',
      fix: [`Take the alias away from ${roomId} in a client, then run this again.`],
      safe: 'The server runs; no room was changed.',
    },
    EXIT.refused,
  );
};

/** Invites the administrator who is neither there nor invited. */
const invite = async (roomId: string, { bot, manager }: Made, api: AdminApi): Promise<void> => {
  const room = `${CLIENT}/rooms/${encodeURIComponent(roomId)}`;
  const [member] = await api([
    { method: 'GET', path: `${room}/state/m.room.member/${encodeURIComponent(manager)}`, as: bot },
  ]);
  if (['join', 'invite', 'ban'].includes(String(member?.body.membership))) return;
  await askOrFail(
    api,
    { method: 'POST', path: `${room}/invite`, as: bot, body: { user_id: manager } },
    `${manager} could not be invited into the management room.`,
  );
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
