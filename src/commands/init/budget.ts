import type { Answers } from '../../answers/answers.ts';
import { Failure } from '../../errors.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import { steadyBox } from '../../plan/box.ts';
import { sizeFor } from '../../plan/size.ts';
import type { Budget } from '../../sizing/budget.ts';

/** The budget of the machine as found. @throws Failure when it is too small for any plan. */
export const budgetOf = (answers: Answers, facts: HostFacts): Budget => {
  const sizing = sizeFor(answers, steadyBox(facts));
  if (sizing.ok) return sizing.budget;
  throw new Failure({
    code: 'MB-HOST-MEMORY',
    what: sizing.what,
    why: sizing.why,
    fix: ['Use a larger VPS.'],
    safe: 'Nothing was changed.',
  });
};
