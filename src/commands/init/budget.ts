import type { Answers } from '../../answers/answers.ts';
import { steadyBox } from '../../plan/box.ts';
import type { Facts } from '../../plan/facts.ts';
import { type Problem, problem } from '../../plan/preflight/problem.ts';
import { sizeFor } from '../../plan/size.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget, DatabaseBudget } from '../../sizing/budget.ts';
import { databaseBudgetFor } from '../../sizing/database-budget.ts';
import type { TooSmall } from '../../sizing/floor.ts';

export interface Budgets {
  readonly app: Budget;
  /** Of the second machine. */
  readonly databaseBox?: DatabaseBudget;
}

/**
 * The budgets of the machines as found. One that is too small for any plan is a problem like the others; so that these
 * can be told in the same run, it gets the budget of the smallest machine that there is a plan for.
 */
export const budgetsOf = (
  answers: Answers,
  { host, databaseBox }: Facts,
): { readonly budgets: Budgets; readonly problems: readonly Problem[] } => {
  const app = fitted((box) => sizeFor(answers, box), steadyBox(host), 'Use a larger VPS.');
  if (databaseBox === undefined) return { budgets: { app: app.budget }, problems: app.problems };
  const second = fitted(
    (box) => databaseBudgetFor({ ...answers, box, processes: app.budget.processes }),
    steadyBox(databaseBox.host),
    `Use a larger machine for --db-host (${databaseBox.name}).`,
  );
  return {
    budgets: { app: app.budget, databaseBox: second.budget },
    problems: [...app.problems, ...second.problems],
  };
};

type Size<B> = (box: Box) => { readonly ok: true; readonly budget: B } | TooSmall;

const fitted = <B>(size: Size<B>, box: Box, fix: string): { budget: B; problems: Problem[] } => {
  const sizing = size(box);
  if (sizing.ok) return { budget: sizing.budget, problems: [] };
  const smallest = size({ ...box, memoryMib: sizing.floorMib });
  if (!smallest.ok) throw new Error(`there is no plan for ${sizing.floorMib} MiB`);
  return { budget: smallest.budget, problems: [tooSmall(sizing, fix)] };
};

const tooSmall = ({ what, why, floorMib }: TooSmall, fix: string): Problem =>
  problem(
    {
      code: 'MB-HOST-MEMORY',
      what,
      why,
      expected: `${floorMib} MiB of RAM or more`,
      fix: [fix],
      who: 'your hosting provider',
    },
    'always',
  );
