import { Refusal } from '../../errors.ts';
import { BOT_NAMES, botUserId } from '../../people/moderation-bot.ts';
import type { Server } from '../admin/server.ts';
import { botOf } from '../moderation/bot.ts';

/**
 * The account of the bot that is in use: its token would be taken from it, and it would restart for ever.
 * @param how what is not done to it: `deactivated`
 * @throws Refusal MB-USER-BOT
 */
export const refuseBot = (userId: string, how: string, server: Server): void => {
  const bot = botOf(server);
  if (bot === undefined || userId !== botUserId(bot, server.domain)) return;
  throw new Refusal({
    code: 'MB-USER-BOT',
    what: `${userId} is the account of the moderation bot; it is not ${how}.`,
    why: `${BOT_NAMES[bot]} would lose its login, and with it every room and list that it guards.`,
    fix: [`Take the bot away first: matrix-bastion moderation disable ${server.machine}`],
    safe: 'No account was changed.',
  });
};
