import type { Change } from '../plan/change.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { isReachable } from './6-admin.ts';
import type { Step } from './step.ts';

/**
 * Green means green from outside, now, and once from the machine itself: its own view (hairpin) changes with its
 * network, not with time, so a rerun does not pay for it again.
 */
export const federation: Step = {
  id: 'federation',
  title: 'Validate federation',
  changes(goal: Goal, facts: Facts): Change[] {
    const { host, outside } = facts;
    const { domain, matrixHost, federation: mode } = goal.answers;
    const mark = `${domain} ${matrixHost}`;
    const proved = outside.federation?.verdict === 'green' && host.federationProved.trim() === mark;
    return [
      ...(proved ? [] : [{ kind: 'check-federation', domain, mark } as const]),
      // Names and keys do not tell who is let in: that is tried in every look.
      ...(mode === 'open' || outside.shutOut === true || !isReachable(goal, facts)
        ? []
        : [{ kind: 'check-shut-out', mode } as const]),
    ];
  },
};
