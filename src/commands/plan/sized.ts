import { EXIT, Failure } from '../../errors.ts';
import { type SizedAnswers, sizeFor } from '../../plan/size.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget } from '../../sizing/budget.ts';

/** The budget of a box; `found` is undefined where the tier's own size counts. @throws Failure below the floor. */
export function sized(answers: SizedAnswers, found?: Box): Budget {
  const sizing = sizeFor(answers, found);
  if (sizing.ok) return sizing.budget;
  // The same command would fail again: a flag has to change first.
  throw new Failure(
    {
      code: 'MB-HOST-MEMORY',
      what: sizing.what,
      why: sizing.why,
      fix: ['Plan a larger box, for example with --memory 2G.'],
    },
    EXIT.usage,
  );
}
