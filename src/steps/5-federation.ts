import type { Change } from '../plan/change.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import type { Step } from './step.ts';

export const federation: Step = {
  id: 'federation',
  title: 'Validate federation',
  changes(goal: Goal, { outside }: Facts): Change[] {
    return outside.federation?.verdict === 'green'
      ? []
      : [{ kind: 'check-federation', domain: goal.answers.domain }];
  },
};
