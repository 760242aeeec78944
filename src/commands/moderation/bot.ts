import { MODERATION_BOTS, type ModerationBot } from '../../answers/answers.ts';
import { parseAnswersFile } from '../../answers/file.ts';
import { type AdminReply, askOrFail, refusedBySynapse } from '../../apply/admin-api.ts';
import { commandFailure } from '../../apply/script.ts';
import { awaitHealthy } from '../../apply/services.ts';
import { Refusal } from '../../errors.ts';
import { quote } from '../../host/quote.ts';
import { BOT_DATA, botUserId, roomsIn } from '../../people/moderation-bot.ts';
import { PATHS } from '../../render/layout.ts';
import { botTokenPath } from '../../render/moderation.ts';
import type { Server } from '../admin/server.ts';

/** The bot that the machine's answers name; undefined when there is none. */
export const botOf = ({ facts }: Server): ModerationBot | undefined => {
  const { moderation } = parseAnswersFile(facts.storedAnswers, PATHS.answers).answers;
  return MODERATION_BOTS.find((bot) => bot === moderation);
};

/** The same, when it has an account. */
export const readyBot = (server: Server): ModerationBot | undefined => {
  const bot = botOf(server);
  return bot !== undefined && (server.facts.files[botTokenPath(bot)]?.size ?? 0) > 0 ? bot : undefined;
};

/**
 * @throws Refusal MB-MODERATION-OFF when there is no bot, or it has no account yet; MB-MODERATION-LOGIN when Synapse does not
 * take its token
 */
export const requireBot = (server: Server): ModerationBot => {
  const refused = botOf(server);
  if (refused !== undefined && server.facts.refusedBots.includes(refused))
    throw loggedOut(refused, server.machine, server.domain);
  const bot = readyBot(server);
  if (bot !== undefined) return bot;
  throw new Refusal({
    code: 'MB-MODERATION-OFF',
    what: `No moderation bot is set up on ${server.machine}.`,
    why: 'Policy lists are watched by a bot.',
    fix: [`Set one up: matrix-bastion moderation enable ${server.machine}`],
    safe: 'Nothing was changed.',
  });
};

const dataPath = (bot: ModerationBot, domain: string, type: string): string =>
  `/_matrix/client/v3/user/${encodeURIComponent(botUserId(bot, domain))}/account_data/${type}`;

type DataType = (typeof BOT_DATA)[keyof typeof BOT_DATA];

/** What the bot was told, and keeps in its account; empty where there is nothing yet. */
export const botData = async (
  bot: ModerationBot,
  type: DataType,
  { api, domain, machine }: Server,
): Promise<AdminReply['body']> => {
  const [reply] = await api([{ method: 'GET', path: dataPath(bot, domain, type), as: bot }]);
  if (reply?.status === 200) return reply.body;
  if (reply?.status === 404) return {};
  if (reply?.status === 401) throw loggedOut(bot, machine, domain);
  throw refusedBySynapse(reply, `What ${botUserId(bot, domain)} keeps in its account could not be read.`);
};

/** Ids of the rooms that a bot protects. */
export const protectedRooms = async (bot: ModerationBot, server: Server): Promise<readonly string[]> =>
  roomsIn(await botData(bot, BOT_DATA.protectedRooms, server));

const loggedOut = (bot: ModerationBot, machine: string, domain: string): Refusal =>
  new Refusal({
    code: 'MB-MODERATION-LOGIN',
    what: `Synapse does not take the token of ${botUserId(bot, domain)} any more.`,
    why: 'Its devices were logged out, its account was locked or deactivated, or the database is from before the token.',
    fix: [`Give it a new one: matrix-bastion init ${machine}`],
    safe: 'Nothing was changed.',
  });

/** A compose action on the bot's container. Not by the run's signal: half of one would go on behind what follows. */
const compose = async (
  action: 'stop' | 'start',
  bot: ModerationBot,
  { host, machine }: Server,
): Promise<void> => {
  const result = await host.run(
    `cd ${PATHS.root} && timeout 120 docker compose ${action} ${quote(bot)} 2>&1`,
  );
  if (result.code === 0) return;
  const stops = action === 'stop';
  throw commandFailure(
    stops ? 'MB-COMPOSE-STOP' : 'MB-COMPOSE-UP',
    `Docker Compose could not ${action} ${bot}.`,
    [
      `On the machine: cd ${PATHS.root} && docker compose ${stops ? 'stop' : 'up -d'} ${bot}`,
      `Or let a run put it right: matrix-bastion init ${machine}`,
    ],
    stops
      ? 'What the bot was told is as before.'
      : 'Nothing is lost: the bot reads what it was told when it starts.',
  )(result);
};

/** Starts the bot whose container stands still: after a run that could not start it again. False when it runs. */
export const startStopped = async (bot: ModerationBot, server: Server): Promise<boolean> => {
  const container = server.facts.containers.find(({ service }) => service === bot);
  if (container === undefined || ['running', 'restarting'].includes(container.state)) return false;
  await compose('start', bot, server);
  await awaitHealthy({ services: [bot] }, { ...server, progress: () => {} });
  return true;
};

/**
 * The bot writes the same data when somebody tells it something, and reads them only when it starts: it is stopped meanwhile,
 * and waited for. It starts again whatever came between, an interruption as well.
 * @param meanwhile what has to be done before, while the bot sees nothing of it
 * @throws Failure MB-COMPOSE-STOP, MB-COMPOSE-UP; MB-NOT-HEALTHY when it does not come up with them
 */
export const changeBotData = async (
  bot: ModerationBot,
  type: DataType,
  change: (body: AdminReply['body']) => AdminReply['body'],
  server: Server,
  meanwhile?: () => Promise<void>,
): Promise<void> => {
  const { api, domain } = server;
  try {
    await compose('stop', bot, server);
    await meanwhile?.();
    const body = change(await botData(bot, type, server));
    await askOrFail(
      api,
      { method: 'PUT', path: dataPath(bot, domain, type), as: bot, body },
      `What ${botUserId(bot, domain)} keeps in its account could not be changed.`,
    );
  } catch (error) {
    // What went wrong first is what is told; a bot that stands still is started by the next try, or by init.
    await compose('start', bot, server).catch(() => {});
    throw error;
  }
  await compose('start', bot, server);
  await awaitHealthy({ services: [bot] }, { ...server, progress: () => {} });
};
