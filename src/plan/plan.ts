import type { Step } from '../steps/step.ts';
import type { Change } from './change.ts';
import type { Facts } from './facts.ts';
import type { Goal } from './goal.ts';

export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly changes: readonly Change[];
}

/** What a run would do, as far as it can be seen now: answers and facts in, changes per step out. */
export const planSteps = (steps: readonly Step[], goal: Goal, facts: Facts): PlannedStep[] =>
  steps.map((step) => ({ id: step.id, title: step.title, changes: step.changes(goal, facts) }));

/** The same for a machine and the one that holds its database. */
interface WithSecondMachine extends PlannedStep {
  readonly there?: { readonly changes: readonly Change[] };
}

export const isEmpty = (plan: readonly WithSecondMachine[]): boolean =>
  plan.every(({ changes, there }) => changes.length === 0 && (there?.changes.length ?? 0) === 0);
