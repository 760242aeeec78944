import { MODERATION_BOTS } from '../answers/answers.ts';
import { botUserId, madeMark } from '../people/moderation-bot.ts';
import type { Change } from '../plan/change.ts';
import type { HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import type { Service } from '../render/layout.ts';
import { botTokenPath } from '../render/moderation.ts';
import { startAll } from './start.ts';

/**
 * The moderation bot that is wanted has an account and a room before it starts; one that is not wanted any more is taken
 * away. Its account, its room and what it keeps stay: it may be wanted again.
 */
export const moderationBot = (goal: Goal, manager: string, host: HostFacts): Change[] => {
  const { moderation: bot, domain } = goal.answers;
  const bots: readonly string[] = MODERATION_BOTS;
  const gone = host.containers
    .map(({ service }) => service as Service)
    .filter((service) => bots.includes(service) && service !== bot);
  const removal: Change[] = gone.length > 0 ? [{ kind: 'remove-services', services: gone }] : [];
  if (bot === undefined) return removal;

  const userId = botUserId(bot, domain);
  const refused = host.refusedBots.includes(bot);
  const made =
    host.moderationMark.trim() === madeMark(userId, manager) &&
    (host.files[botTokenPath(bot)]?.size ?? 0) > 0 &&
    !refused;
  // It reads its token when it starts.
  const { changes, ill } = made
    ? startAll([bot], goal, host)
    : {
        changes: [
          {
            kind: 'create-moderation-bot',
            bot,
            userId,
            manager,
            ...(refused && { because: 'refused' as const }),
          },
          {
            kind: 'start-services',
            services: [bot],
            reason: refused ? 'it has a new token' : 'its account is there now',
          },
        ] as const,
        ill: [bot],
      };
  return [
    ...removal,
    ...changes,
    ...(ill.length > 0 ? [{ kind: 'await-healthy', services: ill } as const] : []),
  ];
};
