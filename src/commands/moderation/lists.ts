import type { ModerationBot } from '../../answers/answers.ts';
import { askOrFail } from '../../apply/admin-api.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { serverOf } from '../../federation/server-name.ts';
import { BOT_DATA, managementAlias, protectCommand } from '../../people/moderation-bot.ts';
import { isPolicyList, linkedRoom, POLICY_LISTS, referencesIn, roomLink } from '../../people/policy-lists.ts';
import { readSubject } from '../../people/rooms.ts';
import { jsonText } from '../../ui/json-text.ts';
import { alone, type Server } from '../admin/server.ts';
import { botData, changeBotData, protectedRooms, requireBot, startStopped } from './bot.ts';

interface Found {
  readonly roomId: string;
  /** Servers that know the room. */
  readonly via: readonly string[];
}

/** As many servers as a link needs: the first that answers is asked. */
const VIA_LIMIT = 3;

const room = (roomId: string, what: string): string =>
  `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}${what}`;

const noList = (typed: string, why: string): Refusal =>
  new Refusal({
    code: 'MB-POLICY-LIST',
    what: `${printable(typed, 255)} cannot be watched.`,
    why,
    fix: [
      'Compare its name with where you found it.',
      ...POLICY_LISTS.map(({ alias, covers }) => `Known: ${alias} (${covers}).`),
    ],
    safe: 'The bot watches what it watched before.',
  });

/** The room that an alias leads to for the bot, or the id as it is. */
const find = async (typed: string, bot: ModerationBot, { api }: Server): Promise<Found> => {
  const subject = readSubject(typed);
  if (subject?.kind === 'room') {
    const server = serverOf(subject.roomId);
    return { roomId: subject.roomId, via: server === '' ? [] : [server] };
  }
  const alias = subject?.kind === 'alias' ? subject.alias : typed;
  const path = `/_matrix/client/v3/directory/room/${encodeURIComponent(alias)}`;
  const [reply] = await api([{ method: 'GET', path, as: bot }]);
  const { room_id: roomId, servers } = reply?.body ?? {};
  if (typeof roomId !== 'string')
    throw noList(alias, `It leads to no room: ${printable(String(reply?.body.error ?? 'no answer'), 200)}.`);
  const own = serverOf(alias);
  const known = Array.isArray(servers) ? servers.filter((one) => typeof one === 'string') : [];
  return { roomId, via: [...new Set([own, ...known])].slice(0, VIA_LIMIT) };
};

/** Into the room with the bot, and out again when it is no list of bans. @throws Refusal MB-POLICY-LIST */
const enter = async (typed: string, { roomId, via }: Found, bot: ModerationBot, server: Server) => {
  const { api } = server;
  const [joined] = await api([{ method: 'GET', path: '/_matrix/client/v3/joined_rooms', as: bot }]);
  const before = Array.isArray(joined?.body.joined_rooms) && joined.body.joined_rooms.includes(roomId);
  if (!before) {
    const query = via.map(
      (name) => `server_name=${encodeURIComponent(name)}&via=${encodeURIComponent(name)}`,
    );
    const path = `/_matrix/client/v3/join/${encodeURIComponent(roomId)}?${query.join('&')}`;
    const [reply] = await api([{ method: 'POST', path, as: bot, body: {} }]);
    if (reply?.status !== 200)
      throw noList(
        typed,
        `The bot cannot join the room: ${printable(String(reply?.body.error ?? 'no answer'), 200)}.`,
      );
  }
  if (await isList(roomId, bot, server)) return;
  if (!before) await api([{ method: 'POST', path: room(roomId, '/leave'), as: bot, body: {} }]);
  throw noList(typed, 'The room is no policy list: there is no rule in it.');
};

/** A shortcode says it in one small reply; the whole state of a long list is megabytes. */
const isList = async (roomId: string, bot: ModerationBot, { api }: Server): Promise<boolean> => {
  const shortcode = room(roomId, '/state/org.matrix.mjolnir.shortcode/');
  const [named] = await api([{ method: 'GET', path: shortcode, as: bot }]);
  if (named?.status === 200) return true;
  const [state] = await api([{ method: 'GET', path: room(roomId, '/state'), as: bot }]);
  const events = Array.isArray(state?.body) ? (state.body as { type?: unknown }[]) : [];
  return isPolicyList(events.map(({ type }) => type));
};

const watches = (references: readonly unknown[], { roomId }: Found, typed: string): boolean =>
  references.some((link) => isOf(link, roomId, typed));

const isOf = (link: unknown, roomId: string | undefined, typed: string): boolean => {
  const linked = linkedRoom(link);
  return linked !== undefined && (linked === roomId || linked === typed.trim());
};

/** Lets the bot apply the bans of a list in the rooms that it protects, and refuse invitations by them. */
export const subscribe = (options: ModerationOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { ui } = server.context;
    const { subject = '' } = options;
    const bot = requireBot(server);
    const found = await find(subject, bot, server);
    const { watchedLists } = BOT_DATA;
    const there = watches(referencesIn(await botData(bot, watchedLists, server)), found, subject);
    const started = there && !options.dryRun && (await startStopped(bot, server));
    const result = {
      list: found.roomId,
      watched: true,
      changed: (!there && !options.dryRun) || started,
    };
    if (!there && !options.dryRun) {
      await enter(subject, found, bot, server);
      await changeBotData(
        bot,
        watchedLists,
        (body) => ({ ...body, references: [...referencesIn(body), roomLink(found.roomId, found.via)] }),
        server,
      );
    }
    if (options.json) ui.print(jsonText({ ...result, dryRun: options.dryRun }));
    else if (started) ui.print('The bot watches that list already. It did not run: it was started.');
    else if (there) ui.print('Nothing to do: the bot watches that list already.');
    else if (options.dryRun) ui.note('Dry run: the list would be watched; nothing was changed.');
    else
      ui.print(
        `Watched: ${printable(subject, 255)}. Its bans hold in the rooms that the bot protects, and for invitations to this server. The bot was restarted.`,
      );
    if (!options.json && (await protectedRooms(bot, server)).length === 0)
      ui.note(`The bot protects no room yet: ${protectCommand(server.machine)}`);
    return EXIT.done;
  });

/** The way back. Bans that were set in rooms by the list stay there: they are the rooms' own. */
export const unsubscribe = (options: ModerationOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { ui, domain } = { ui: server.context.ui, domain: server.domain };
    const { subject = '' } = options;
    const bot = requireBot(server);
    const roomId = await watchedRoom(subject, bot, server);
    const { watchedLists } = BOT_DATA;
    const references = referencesIn(await botData(bot, watchedLists, server));
    const there = references.some((link) => isOf(link, roomId, subject));
    const isIn = roomId !== undefined && (there || (await isLeftOver(roomId, bot, server)));
    if (there && !options.dryRun)
      await changeBotData(
        bot,
        watchedLists,
        (body) => ({
          ...body,
          references: referencesIn(body).filter((link) => !isOf(link, roomId, subject)),
        }),
        server,
      );
    if (isIn && !options.dryRun)
      await askOrFail(
        server.api,
        { method: 'POST', path: room(roomId, '/leave'), as: bot, body: {} },
        `The list is not watched any more, but the bot of ${domain} could not leave its room.`,
      );
    const started = !there && !options.dryRun && (await startStopped(bot, server));
    const todo = there || isIn;
    const restarted = there
      ? ' The bot was restarted.'
      : started
        ? ' The bot did not run: it was started.'
        : '';
    if (options.json)
      ui.print(
        jsonText({
          list: roomId ?? subject,
          watched: false,
          changed: (todo && !options.dryRun) || started,
          dryRun: options.dryRun,
        }),
      );
    else if (options.dryRun && todo)
      ui.note('Dry run: the list would not be watched any more; nothing was changed.');
    else if (todo)
      ui.print(
        `Not watched any more: ${printable(subject, 255)}. Bans that it brought into rooms stay there.${restarted}`,
      );
    else if (started) ui.print('The bot watches no such list. It did not run: it was started.');
    else ui.print('Nothing to do: the bot watches no such list.');
    return EXIT.done;
  });

/**
 * Whether the bot is still in the room of a list that it does not watch any more: a run was interrupted before it left. A
 * room that it protects, or takes its orders from, is not left whatever is in it.
 */
const isLeftOver = async (roomId: string, bot: ModerationBot, server: Server): Promise<boolean> => {
  const alias = encodeURIComponent(managementAlias(bot, server.domain));
  const [joined, management] = await server.api([
    { method: 'GET', path: '/_matrix/client/v3/joined_rooms', as: bot },
    { method: 'GET', path: `/_matrix/client/v3/directory/room/${alias}`, as: bot },
  ]);
  const rooms = joined?.body.joined_rooms;
  if (!Array.isArray(rooms) || !rooms.includes(roomId) || management?.body.room_id === roomId) return false;
  const guarded = await protectedRooms(bot, server);
  return !guarded.includes(roomId) && (await isList(roomId, bot, server));
};

/** A list whose server is gone has to be let go of as well: then its known id counts. */
const watchedRoom = async (
  typed: string,
  bot: ModerationBot,
  server: Server,
): Promise<string | undefined> => {
  try {
    return (await find(typed, bot, server)).roomId;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return POLICY_LISTS.find(({ alias }) => alias === typed.trim())?.roomId;
  }
};
