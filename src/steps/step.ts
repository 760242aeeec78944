import type { Change } from '../plan/change.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';

/**
 * A step compares the goal with the facts and lists what to change: an empty list means that it is done.
 * Pure: a rerun, a dry run and the proof after applying are the same function.
 */
export interface Step {
  readonly id: string;
  readonly title: string;
  changes(goal: Goal, facts: Facts): Change[];
}
