import type { ModerationBot } from '../../answers/answers.ts';
import { askOrFail } from '../../apply/admin-api.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal, UsageError } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { isActingAdmin } from '../../people/accounts.ts';
import { BOT_DATA, BOT_NAMES, botUserId, managementAlias, roomsIn } from '../../people/moderation-bot.ts';
import { linkedRoom, referencesIn } from '../../people/policy-lists.ts';
import {
  type Entry,
  entryText,
  givenUp,
  type Obstacle,
  POWER_LEVELS,
  planEntry,
  powerfulText,
} from '../../people/protection.ts';
import { aliasesOf, type OldRoom } from '../../people/succession.ts';
import { roomName } from '../../people/succession-plan.ts';
import { count } from '../../text/count.ts';
import { jsonText } from '../../ui/json-text.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';
import { stateOf } from '../room/state.ts';
import { allAccounts } from '../user/accounts.ts';
import { botData, changeBotData, protectedRooms, requireBot, startStopped } from './bot.ts';
import { roomIdOf } from './rooms.ts';

const SAFE = 'Nothing was changed; the bot protects the rooms that it protected before.';

const roomPath = (roomId: string, what: string): string =>
  `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}${what}`;

/** The ids that were typed, each once. */
const idsOf = async (
  { subject = '', more }: ModerationOptions,
  server: Server,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const typed of [subject, ...more]) ids.push(await roomIdOf(typed, server));
  return [...new Set(ids)];
};

/** A room that can be protected. @throws Refusal, UsageError */
const roomToProtect = async (roomId: string, bot: ModerationBot, server: Server): Promise<OldRoom> => {
  const room = await stateOf(roomId, server);
  const shown = printable(roomId, 255);
  if (room === undefined) throw outside(shown, bot, server);
  if (isManagementRoom(room, bot, server))
    throw new UsageError(`in ${managementAlias(bot, server.domain)} ${BOT_NAMES[bot]} is commanded`, [
      'It is not to be protected from those who command it.',
    ]);
  if (room.replacedBy !== undefined)
    throw new UsageError(`${shown} was replaced by ${printable(room.replacedBy, 255)}`, [
      'Protect that one: the old room is closed.',
    ]);
  return room;
};

const isManagementRoom = (room: OldRoom, bot: ModerationBot, { domain }: Server): boolean =>
  aliasesOf(room).includes(managementAlias(bot, domain));

const outside = (shown: string, bot: ModerationBot, { domain, machine }: Server): Refusal =>
  new Refusal({
    code: 'MB-ROOM-OUTSIDE',
    what: `Nobody of this server is in ${shown}.`,
    why: 'What the bot may do there, only a server knows that is in the room.',
    fix: [
      `Let somebody with the power for it invite ${botUserId(bot, domain)}, or join the room yourself.`,
      `Then run this again: matrix-bastion moderation protect ${machine} '${shown}'`,
    ],
    safe: SAFE,
  });

const powerless = (obstacles: readonly Obstacle[], bot: ModerationBot, { machine }: Server): Refusal =>
  new Refusal({
    code: 'MB-MODERATION-POWER',
    what: `${BOT_NAMES[bot]} cannot protect ${obstacles.map(({ room }) => roomName(room)).join(', ')}.`,
    why: obstacles.map(({ room, why }) => `${roomName(room)}: ${why}`).join('. '),
    fix: [
      ...obstacles.map(
        ({ room, say }) =>
          `In ${roomName(room)} most power have ${powerfulText(room)}. Let one of them type there, in Element: ${say.join(' and ')}`,
      ),
      `Then run this again: matrix-bastion moderation protect ${machine} ${obstacles.map(({ room }) => `'${printable(room.roomId, 255)}'`).join(' ')}`,
    ],
    safe: SAFE,
  });

/** Brings the bot in and gives it what it lacks; each step looks like nothing to do in the next run. */
const enter = async ({ room, joins, invitedBy, power }: Entry, bot: ModerationBot, server: Server) => {
  const { api, domain } = server;
  const shown = printable(room.roomId, 255);
  const user_id = botUserId(bot, domain);
  if (invitedBy !== undefined)
    await askOrFail(
      api,
      { method: 'POST', path: roomPath(room.roomId, '/invite'), user: invitedBy, body: { user_id } },
      `${user_id} could not be invited into ${shown}.`,
    );
  if (joins)
    await askOrFail(
      api,
      { method: 'POST', path: roomPath(room.roomId, '/join'), as: bot, body: {} },
      `${user_id} could not join ${shown}.`,
    );
  if (power !== undefined)
    await askOrFail(
      api,
      {
        method: 'PUT',
        path: roomPath(room.roomId, `/state/${POWER_LEVELS}/`),
        user: power.by,
        body: power.levels,
      },
      `${user_id} could not be given power in ${shown}.`,
    );
};

const isWhole = ({ joins, power }: Entry): boolean => !joins && power === undefined;

/** Brings the bot into rooms, with the power that it needs there, and has it apply there the lists that it watches. */
export const protect = (options: ModerationOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { context, domain } = server;
    const { ui } = context;
    const bot = requireBot(server);
    const rooms: OldRoom[] = [];
    for (const id of await idsOf(options, server)) rooms.push(await roomToProtect(id, bot, server));
    const administrators = (await allAccounts(server)).filter(isActingAdmin).map(({ userId }) => userId);
    const plans = rooms.map((room) => planEntry(botUserId(bot, domain), room, { domain, administrators }));
    const obstacles = plans.flatMap((plan) => ('why' in plan ? [plan] : []));
    if (obstacles.length > 0) throw powerless(obstacles, bot, server);
    const entries = plans.flatMap((plan) => ('why' in plan ? [] : [plan]));
    const known = await protectedRooms(bot, server);
    const todo = entries.filter((entry) => !isWhole(entry) || !known.includes(entry.room.roomId));
    if (!options.json)
      for (const entry of entries)
        ui.print(`${roomName(entry.room)}: ${BOT_NAMES[bot]} ${entryText(entry)}.`);
    if (!options.dryRun && todo.some(({ invitedBy, power }) => invitedBy ?? power))
      await agreeTo(`Let ${BOT_NAMES[bot]} protect ${count(todo.length, 'room')}`, options, context);
    const ids = todo.map(({ room }) => room.roomId);
    if (!options.dryRun && todo.length > 0)
      await changeBotData(
        bot,
        BOT_DATA.protectedRooms,
        (body) => ({ ...body, rooms: [...new Set([...roomsIn(body), ...ids])] }),
        server,
        // While it stands still: Draupnir asks in its room about each room that it comes into.
        async () => {
          for (const entry of todo) await enter(entry, bot, server);
        },
      );
    const started = todo.length === 0 && !options.dryRun && (await startStopped(bot, server));
    if (options.json)
      ui.print(
        jsonText({
          rooms: entries.map((entry) => entryJson(entry, todo.includes(entry) && !options.dryRun)),
          protected: true,
          changed: (todo.length > 0 && !options.dryRun) || started,
          dryRun: options.dryRun,
        }),
      );
    else if (started) ui.print('Protected already. The bot did not run: it was started.');
    else if (todo.length === 0) ui.print('Nothing to do: protected already.');
    else if (options.dryRun) ui.note('Dry run: nothing was changed.');
    else ui.print(`Protected: ${count(todo.length, 'room')}. The bot was restarted.`);
    return EXIT.done;
  });

const entryJson = ({ room, joins, invitedBy, power }: Entry, changed: boolean) => ({
  room: room.roomId,
  joins,
  ...(invitedBy !== undefined && { invitedBy }),
  ...(power !== undefined && { power: { by: power.by, from: power.from, to: power.to } }),
  changed,
});

/** The way back: the bot gives up its power and leaves. Bans that it set there stay: they are the room's own. */
export const unprotect = (options: ModerationOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { ui } = server.context;
    const bot = requireBot(server);
    const ids = await idsOf(options, server);
    const known = await protectedRooms(bot, server);
    const todo = ids.filter((id) => known.includes(id));
    if (!options.dryRun && todo.length > 0)
      await changeBotData(
        bot,
        BOT_DATA.protectedRooms,
        (body) => ({ ...body, rooms: roomsIn(body).filter((id) => !todo.includes(id)) }),
        server,
        // Before it is written down that it is over: an interrupted run is gone on with by the next.
        async () => {
          const watched = referencesIn(await botData(bot, BOT_DATA.watchedLists, server)).map(linkedRoom);
          for (const id of todo) await leave(id, watched, bot, server);
        },
      );
    const started = todo.length === 0 && !options.dryRun && (await startStopped(bot, server));
    if (options.json)
      ui.print(
        jsonText({
          rooms: ids.map((room) => ({ room, changed: todo.includes(room) && !options.dryRun })),
          protected: false,
          changed: (todo.length > 0 && !options.dryRun) || started,
          dryRun: options.dryRun,
        }),
      );
    else if (started) ui.print('The bot protects no such room. It did not run: it was started.');
    else if (todo.length === 0) ui.print('Nothing to do: the bot protects no such room.');
    else if (options.dryRun)
      ui.note(`Dry run: ${count(todo.length, 'room')} would not be protected any more; nothing was changed.`);
    else
      ui.print(
        `Not protected any more: ${count(todo.length, 'room')}. The bot gave up its power there and left; bans that it set stay. The bot was restarted.`,
      );
    return EXIT.done;
  });

/** A room that it takes its orders from, made or watches as a list is not left. */
const leave = async (
  roomId: string,
  watched: readonly (string | undefined)[],
  bot: ModerationBot,
  server: Server,
): Promise<void> => {
  const { api, domain } = server;
  const userId = botUserId(bot, domain);
  const room = await stateOf(roomId, server);
  if (room === undefined || !room.joined.includes(userId) || room.create.sender === userId) return;
  if (isManagementRoom(room, bot, server)) return;
  if ([roomId, ...aliasesOf(room)].some((name) => watched.includes(name))) return;
  const shown = printable(roomId, 255);
  const levels = givenUp(userId, room);
  if (levels !== undefined)
    await askOrFail(
      api,
      { method: 'PUT', path: roomPath(roomId, `/state/${POWER_LEVELS}/`), as: bot, body: levels },
      `${userId} could not give up its power in ${shown}.`,
    );
  await askOrFail(
    api,
    { method: 'POST', path: roomPath(roomId, '/leave'), as: bot, body: {} },
    `${userId} could not leave ${shown}.`,
  );
};
