import { requireComplete, resolveAnswers } from '../answers/resolve.ts';
import { answerProblems } from '../cli/answer-problems.ts';
import type { CommandContext, Environment } from '../cli/context.ts';
import { gatherInputs } from '../cli/inputs.ts';
import type { PlanOptions } from '../cli/options.ts';
import { problemsOf } from '../cli/problems.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { plannedBox } from './plan/box.ts';
import { databaseBoxBudget, showDatabaseBox } from './plan/database-box.ts';
import { flagProblems } from './plan/flags.ts';
import { showPlan } from './plan/show.ts';
import { sized } from './plan/sized.ts';

export const problems = (options: PlanOptions, env: Environment): readonly string[] =>
  problemsOf([() => answerProblems(options, env), () => flagProblems(options)]);

/** `plan`: what `init` would make of a box, without a machine and without a network. */
export const run = async (options: PlanOptions, context: CommandContext): Promise<ExitCode> => {
  const facts = options.memoryMiB === undefined ? {} : { memoryMiB: options.memoryMiB };
  const inputs = { ...gatherInputs(options, context.env), facts };
  if (options.compare !== undefined) {
    const { compare } = await import('./plan/compare.ts');
    compare(options.compare, inputs, options, context.ui);
    return EXIT.done;
  }
  const resolution = resolveAnswers(inputs);
  for (const note of resolution.notes) context.ui.note(note);
  const answers = requireComplete(resolution);
  const planned = plannedBox(answers.tier, options);
  const budget = sized(answers, planned.found);
  const databaseBox = databaseBoxBudget(answers, planned.box, budget);
  if (!options.json) {
    showPlan(budget, planned, options, context.ui);
    if (databaseBox) showDatabaseBox(answers.dbHost ?? '', databaseBox, context.ui);
  }
  // What renders is loaded only for who wants files: it is most of the start-up time.
  if (options.json || options.out !== undefined) {
    const { produceFiles } = await import('./plan/files.ts');
    produceFiles(
      { answers, box: planned.box, budget, ...(databaseBox && { databaseBox }) },
      options,
      context.ui,
    );
  }
  return EXIT.done;
};
