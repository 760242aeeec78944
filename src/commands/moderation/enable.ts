import type { ModerationBot } from '../../answers/answers.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { BOT_NAMES, protectCommand } from '../../people/moderation-bot.ts';
import { POLICY_LISTS } from '../../people/policy-lists.ts';
import { initOverServer } from '../init/over-server.ts';

/** The bot is an answer like every other: what `init` shows, applies and proves with it is what happens here. */
const answered = (
  { init, target }: ModerationOptions,
  moderation: ModerationBot | 'none',
  context: CommandContext,
): Promise<ExitCode> =>
  initOverServer({ ...init, answers: { moderation } }, { command: 'moderation', target }, context);

export const enable = async (options: ModerationOptions, context: CommandContext): Promise<ExitCode> => {
  const { bot, target } = options;
  const code = await answered(options, bot, context);
  if (code !== EXIT.done || options.dryRun || options.json) return code;
  context.ui.note(
    `Accept the invitation of ${BOT_NAMES[bot]} in a client: who is in that room commands it. Next, the rooms that it has to protect: ${protectCommand(target)}; and a list of bans: matrix-bastion moderation subscribe ${target} '${POLICY_LISTS[0]?.alias}'`,
  );
  return code;
};

/** The bot goes; its account, its room and what it was told stay. */
export const disable = (options: ModerationOptions, context: CommandContext): Promise<ExitCode> =>
  answered(options, 'none', context);
