import { resolveAnswers } from '../../answers/resolve.ts';
import type { CommandContext, Environment } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { spokenInputs } from '../../cli/spoken-inputs.ts';
import type { ExitCode } from '../../errors.ts';
import { commandLineProblems } from './problems.ts';
import { withTarget } from './target.ts';

/** Without a file of answers nothing is loaded that reads YAML. */
export const problems = async (options: InitOptions, env: Environment): Promise<readonly string[]> => {
  if (options.answersFile === undefined)
    return commandLineProblems(options, () => resolveAnswers(spokenInputs(options, env)).problems);
  const { answerProblems } = await import('../../cli/answer-problems.ts');
  return commandLineProblems(options, () => answerProblems(options, env));
};

/**
 * What a person sees of `init` first: which machine is meant, where nobody said it. It is asked before the rest of
 * the program is loaded, which takes longer than the question.
 */
export const run = async (options: InitOptions, context: CommandContext): Promise<ExitCode> => {
  const needsMachine = !options.printAnswers && !options.explainAnswers;
  const known = needsMachine ? await withTarget(options, context) : options;
  const init = await import('../init.ts');
  return init.run(known, context);
};
