import { requireComplete, resolveAnswers } from '../answers/resolve.ts';
import type { CommandContext, Environment } from '../cli/context.ts';
import { gatherInputs } from '../cli/inputs.ts';
import type { PlanOptions } from '../cli/options.ts';
import { answerProblems, problemsOf } from '../cli/problems.ts';
import { EXIT, type ExitCode, Failure } from '../errors.ts';
import { budgetFor } from '../sizing/budget-for.ts';
import { showBudget } from './init/show.ts';

export const problems = (options: PlanOptions, env: Environment): readonly string[] =>
  problemsOf([() => answerProblems(options, env)]);

/** `plan`: the budget of a box, without a machine and without a network. */
export const run = async (options: PlanOptions, context: CommandContext): Promise<ExitCode> => {
  const facts = options.memoryMiB === undefined ? {} : { memoryMiB: options.memoryMiB };
  const answers = requireComplete(resolveAnswers({ ...gatherInputs(options, context.env), facts }));
  const sizing = budgetFor(answers);
  if (!sizing.ok) {
    throw new Failure({
      code: 'MB-HOST-MEMORY',
      what: sizing.what,
      why: sizing.why,
      fix: ['Plan a larger box.'],
    });
  }
  showBudget(sizing.budget, context);
  return EXIT.done;
};
