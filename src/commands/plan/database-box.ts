import type { Answers } from '../../answers/answers.ts';
import { EXIT, Failure } from '../../errors.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget, DatabaseBudget } from '../../sizing/budget.ts';
import { databaseBudgetFor } from '../../sizing/database-budget.ts';
import type { Ui } from '../../ui/ui.ts';
import { showMemory } from './budget.ts';
import { settingsText } from './figures.ts';

/**
 * The budget of the second machine, taken for one of the same size; undefined when the answers have none.
 * @throws Failure below its floor.
 */
export function databaseBoxBudget(
  answers: Answers,
  box: Box,
  { processes }: Budget,
): DatabaseBudget | undefined {
  if (answers.dbHost === undefined) return undefined;
  const sizing = databaseBudgetFor({ ...answers, box, processes });
  if (sizing.ok) return sizing.budget;
  throw new Failure(
    {
      code: 'MB-HOST-MEMORY',
      what: `For the database machine: ${sizing.what}`,
      why: sizing.why,
      fix: ['Plan larger machines with --memory.'],
    },
    EXIT.usage,
  );
}

/** The second machine for people. */
export function showDatabaseBox(dbHost: string, budget: DatabaseBudget, ui: Ui): void {
  ui.print(`\nThe database machine, ${dbHost}, taken for one of the same size:\n`);
  showMemory(budget, ui);
  ui.print(`\nPostgres there: ${settingsText(budget.postgres)}.`);
  for (const note of budget.notes) ui.print(note);
}
