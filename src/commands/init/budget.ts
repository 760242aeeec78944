import type { Answers } from '../../answers/answers.ts';
import { Failure } from '../../errors.ts';
import { steadyBox } from '../../plan/box.ts';
import type { Facts } from '../../plan/facts.ts';
import { sizeFor } from '../../plan/size.ts';
import type { Budget, DatabaseBudget } from '../../sizing/budget.ts';
import { databaseBudgetFor } from '../../sizing/database-budget.ts';
import type { TooSmall } from '../../sizing/floor.ts';

export interface Budgets {
  readonly app: Budget;
  /** Of the second machine. */
  readonly databaseBox?: DatabaseBudget;
}

/** The budgets of the machines as found. @throws Failure when one is too small for any plan. */
export const budgetsOf = (answers: Answers, { host, databaseBox }: Facts): Budgets => {
  const sizing = sizeFor(answers, steadyBox(host));
  if (!sizing.ok) throw tooSmall(sizing, 'Use a larger VPS.');
  const app = sizing.budget;
  if (databaseBox === undefined) return { app };
  const box = steadyBox(databaseBox.host);
  const second = databaseBudgetFor({ ...answers, box, processes: app.processes });
  if (!second.ok) throw tooSmall(second, `Use a larger machine for --db-host (${databaseBox.name}).`);
  return { app, databaseBox: second.budget };
};

const tooSmall = ({ what, why }: TooSmall, fix: string): Failure =>
  new Failure({ code: 'MB-HOST-MEMORY', what, why, fix: [fix], safe: 'Nothing was changed.' });
