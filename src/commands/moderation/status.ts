import type { ModerationBot } from '../../answers/answers.ts';
import { marked, script } from '../../apply/script.ts';
import { parsed } from '../../backup/seen.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import {
  BOT_DATA,
  BOT_NAMES,
  botUserId,
  managementAlias,
  protectCommand,
} from '../../people/moderation-bot.ts';
import { linkedRoom, POLICY_LISTS, referencesIn } from '../../people/policy-lists.ts';
import { PATHS } from '../../render/layout.ts';
import { jsonText } from '../../ui/json-text.ts';
import type { Server } from '../admin/server.ts';
import { botData, botOf, protectedRooms, requireBot } from './bot.ts';

/** How Synapse's module is: not configured; configured, perhaps seen in the log when Synapse loaded it. */
interface Module {
  readonly configured: boolean;
  readonly loaded: boolean;
  /** Whether the bot answered the module's own question just now. */
  readonly answers: boolean;
}

interface Status {
  readonly bot: ModerationBot;
  readonly running: boolean;
  readonly healthy: boolean;
  readonly module: Module;
  /** Room id of the management room; absent when its alias leads nowhere. */
  readonly room?: string;
  readonly members: readonly string[];
  readonly invited: readonly string[];
  /** Room ids. */
  readonly protectedRooms: readonly string[];
  /** Room ids or aliases. */
  readonly lists: readonly string[];
}

const moduleOf = async ({ host, scripts, signal }: Server): Promise<Module> => {
  const { stdout } = await host.run(script({ scripts }, 'probe-moderation.sh', { root: PATHS.root }), {
    signal,
  });
  const said = parsed<Partial<Module>>(marked(stdout, 'MB-MODULE') ?? '');
  return {
    configured: said?.configured === true,
    answers: said?.answers === true,
    loaded: marked(stdout, 'MB-MODULE-LOADED') !== undefined,
  };
};

/** Who is in the management room, and who is invited. */
const roomOf = async (
  bot: ModerationBot,
  { api, domain }: Server,
): Promise<Pick<Status, 'room' | 'members' | 'invited'>> => {
  const alias = encodeURIComponent(managementAlias(bot, domain));
  const [found] = await api([{ method: 'GET', path: `/_matrix/client/v3/directory/room/${alias}`, as: bot }]);
  const { room_id: room } = found?.body ?? {};
  if (typeof room !== 'string') return { members: [], invited: [] };
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/members`;
  const [reply] = await api([{ method: 'GET', path, as: bot }]);
  const events = Array.isArray(reply?.body.chunk) ? (reply.body.chunk as Record<string, unknown>[]) : [];
  const having = (membership: string): string[] =>
    events
      .filter(({ content }) => (content as { membership?: unknown } | undefined)?.membership === membership)
      .map(({ state_key: who }) => String(who))
      .filter((who) => who !== botUserId(bot, domain));
  return { room, members: having('join'), invited: having('invite') };
};

const look = async (bot: ModerationBot, server: Server): Promise<Status> => {
  const container = server.facts.containers.find(({ service }) => service === bot);
  const lists = referencesIn(await botData(bot, BOT_DATA.watchedLists, server));
  return {
    bot,
    running: container?.state === 'running',
    healthy: container?.health === 'healthy',
    module: await moduleOf(server),
    ...(await roomOf(bot, server)),
    protectedRooms: await protectedRooms(bot, server),
    lists: lists.map(linkedRoom).filter((one) => one !== undefined),
  };
};

const listText = (room: string): string => {
  const known = POLICY_LISTS.find(({ roomId, alias }) => roomId === room || alias === room);
  return known === undefined ? printable(room, 255) : `${known.alias} (${known.covers})`;
};

const moduleText = ({ configured, loaded, answers }: Module): string => {
  if (!configured) return 'not in the configuration that Synapse runs with';
  const how = loaded ? 'loaded' : 'configured';
  return answers
    ? `${how}; the bot answers it`
    : `${how}; the bot does not answer it: invitations are let through`;
};

const roomText = ({ room, members, invited, bot }: Status, domain: string): string => {
  if (room === undefined)
    return `${managementAlias(bot, domain)} leads nowhere; for a new one, on the machine: rm ${PATHS.moderationMark}; then matrix-bastion init`;
  return [
    managementAlias(bot, domain),
    members.length === 0 ? 'nobody has joined it yet' : `with ${members.join(', ')}`,
    ...(invited.length === 0 ? [] : [`invited: ${invited.join(', ')}`]),
  ]
    .map((part) => printable(part, 400))
    .join('; ');
};

/** The rooms as people call them; a room that the server does not know by its id. */
const namesOf = async (rooms: readonly string[], { api }: Server): Promise<readonly string[]> => {
  const replies = await api(
    rooms.map((room) => ({
      method: 'GET',
      path: `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}`,
    })),
  );
  return rooms.map((room, index) => {
    const { canonical_alias: alias } = replies[index]?.body ?? {};
    return printable(typeof alias === 'string' && alias !== '' ? alias : room, 255);
  });
};

const counted = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : `${items.length}: ${items.join(', ')}`;

/** Says how the moderation bot does, and what it watches and protects. Changes nothing. */
export const status = async (options: ModerationOptions, server: Server): Promise<ExitCode> => {
  const { ui } = server.context;
  const { domain, machine } = server;
  if (botOf(server) === undefined) {
    if (options.json) ui.print(jsonText({ bot: null }));
    else
      ui.print(
        `There is no moderation bot on ${machine}. To set one up: matrix-bastion moderation enable ${machine}`,
      );
    return EXIT.done;
  }
  const seen = await look(requireBot(server), server);
  if (options.json) {
    ui.print(jsonText({ ...seen, room: seen.room ?? null }));
    return EXIT.done;
  }
  const health = seen.healthy ? 'runs, and is well' : 'runs, and is not ready';
  ui.table([
    { name: 'Bot', value: `${BOT_NAMES[seen.bot]}, ${seen.running ? health : 'does not run'}` },
    { name: 'Account', value: botUserId(seen.bot, domain) },
    { name: 'Management room', value: roomText(seen, domain) },
    { name: "Synapse's module", value: moduleText(seen.module) },
    {
      name: 'Rooms protected',
      value: counted(await namesOf(seen.protectedRooms, server), `none; ${protectCommand(machine)}`),
    },
    {
      name: 'Lists watched',
      value: counted(
        seen.lists.map(listText),
        `none; matrix-bastion moderation subscribe ${machine} '${POLICY_LISTS[0]?.alias}'`,
      ),
    },
  ]);
  return EXIT.done;
};
