import type { CommandContext } from '../../cli/context.ts';
import { UsageError } from '../../errors.ts';
import { configuredHosts } from '../../host/ssh-hosts.ts';
import { parseTarget } from '../../host/target.ts';

/** The options with a machine: asked for where nobody named one and somebody can be asked. */
export const withTarget = async <Options extends { readonly target?: string }>(
  options: Options,
  context: CommandContext,
): Promise<Options> => {
  if (options.target !== undefined || !context.interactive) return options;
  const target = await askTarget(context);
  context.rememberInResume([target]);
  return { ...options, target };
};

/** The machine to install on, from a person: a name of ~/.ssh/config or typed. */
const askTarget = async (context: CommandContext): Promise<string> => {
  const { createPrompts } = await import('../../answers/prompt.ts');
  const prompts = createPrompts({
    resume: () => context.resume,
    signal: context.signal,
    plain: context.ui.plain,
  });
  const names = configuredHosts(context.env).filter((name) => targetProblem(name) === undefined);
  return (await prompts.machine(names, { problem: targetProblem, already })).trim();
};

/** A blank or a second @ inside stays wrong, whatever is typed after it. */
const already = (text: string): string | undefined =>
  /\S\s+\S|@.*@/.test(text) ? targetProblem(text) : undefined;

const targetProblem = (text: string): string | undefined => {
  try {
    parseTarget(text.trim());
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [error.text.what, ...(error.text.fix ?? [])].join(' ');
  }
};
