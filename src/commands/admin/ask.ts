import type { CommandContext } from '../../cli/context.ts';
import { UsageError } from '../../errors.ts';

interface Consent {
  readonly yes: boolean;
}

const promptsOf = async (context: CommandContext) => {
  const { createPrompts } = await import('../../answers/prompt.ts');
  return createPrompts({ resume: () => context.resume, signal: context.signal });
};

/** A yes to something that cannot be taken back as it was. @throws UsageError without a terminal and `--yes`. */
export const agreeTo = async (question: string, { yes }: Consent, context: CommandContext): Promise<void> => {
  if (yes) return;
  if (!context.interactive) throw new UsageError(`without a terminal this needs --yes: ${question}`);
  if (await (await promptsOf(context)).confirm(question, false)) return;
  throw Object.assign(new Error('it was not agreed to'), { name: 'AbortError' });
};
