import type { Answers } from '../answers/answers.ts';
import type { Box } from '../sizing/box.ts';
import { budgetFor, type Sizing, type SizingInput } from '../sizing/budget-for.ts';
import type { LoadInput } from '../sizing/load.ts';

/** The answers that a budget depends on. */
export type SizedAnswers = LoadInput &
  Pick<Answers, 'tier'> &
  Partial<Pick<Answers, 'dbHost' | 'database'>> &
  Pick<SizingInput, 'moderation'>;

/** The budget of a box for these answers; without a box the tier's own size counts. */
export const sizeFor = ({ dbHost, database, ...answers }: SizedAnswers, box?: Box): Sizing =>
  budgetFor({
    ...answers,
    ...(box && { box }),
    database: dbHost === undefined && database === undefined ? 'here' : 'elsewhere',
  });
