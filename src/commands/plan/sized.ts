import type { Answers } from '../../answers/answers.ts';
import { Failure } from '../../errors.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget } from '../../sizing/budget.ts';
import { budgetFor } from '../../sizing/budget-for.ts';
import type { LoadInput } from '../../sizing/load.ts';

/** The answers that the budget depends on. */
export type SizedAnswers = LoadInput & Pick<Answers, 'tier'> & Partial<Pick<Answers, 'dbHost' | 'database'>>;

/** The budget of a box; `found` is undefined where the tier's own size counts. @throws Failure below the floor. */
export function sized({ dbHost, database, ...answers }: SizedAnswers, found?: Box): Budget {
  const elsewhere = dbHost !== undefined || database !== undefined;
  const sizing = budgetFor({
    ...answers,
    ...(found && { box: found }),
    database: elsewhere ? 'elsewhere' : 'here',
  });
  if (sizing.ok) return sizing.budget;
  throw new Failure({
    code: 'MB-HOST-MEMORY',
    what: sizing.what,
    why: sizing.why,
    fix: ['Plan a larger box.'],
  });
}
