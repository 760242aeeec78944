import type { Tier } from '../answers/answers.ts';
import { requireComplete, resolveAnswers } from '../answers/resolve.ts';
import type { CommandContext, Environment } from '../cli/context.ts';
import { gatherInputs } from '../cli/inputs.ts';
import type { PlanOptions } from '../cli/options.ts';
import { answerProblems, problemsOf } from '../cli/problems.ts';
import { EXIT, type ExitCode, Failure } from '../errors.ts';
import { assumedBox, type Box } from '../sizing/box.ts';
import { budgetFor } from '../sizing/budget-for.ts';
import { showBudget } from './init/show.ts';

export const problems = (options: PlanOptions, env: Environment): readonly string[] =>
  problemsOf([() => answerProblems(options, env)]);

/** `plan`: the budget of a box, without a machine and without a network. */
export const run = async (options: PlanOptions, context: CommandContext): Promise<ExitCode> => {
  const facts = options.memoryMiB === undefined ? {} : { memoryMiB: options.memoryMiB };
  const answers = requireComplete(resolveAnswers({ ...gatherInputs(options, context.env), facts }));
  const box = boxOf(answers.tier, options);
  const sizing = budgetFor({ ...answers, ...(box && { box }) });
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

/** The box of the flags; what they do not say is as the tier has it. Undefined when they say nothing. */
const boxOf = (tier: Tier, { memoryMiB, vcpus }: PlanOptions): Box | undefined => {
  if (memoryMiB === undefined && vcpus === undefined) return undefined;
  const assumed = assumedBox(tier);
  return { ...assumed, memoryMib: memoryMiB ?? assumed.memoryMib, vcpus: vcpus ?? assumed.vcpus };
};
