import type { Change } from '../plan/change.ts';
import type { HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import type { Service } from '../render/layout.ts';
import { isCurrent, isHealthy, whyNotCurrent } from './compare.ts';

interface Start {
  /** Starts those that do not run as they ought to. */
  readonly changes: readonly Change[];
  /** Those that are to be waited for: started now, or not healthy. */
  readonly ill: readonly Service[];
}

/** Why they are started, in words: once where it is the same for all of them. */
const reasonOf = (stale: readonly Service[], goal: Goal, host: HostFacts): string => {
  const reasons = stale.map((service) => [service, whyNotCurrent(service, goal.desired, host)] as const);
  const [first] = reasons;
  if (first && reasons.every(([, reason]) => reason === first[1])) return first[1];
  return reasons.map(([service, reason]) => `${service}: ${reason}`).join(', ');
};

/** What it takes for these services to run with the image and the configuration that they ought to have. */
export const startAll = (services: readonly Service[], goal: Goal, host: HostFacts): Start => {
  const stale = services.filter((service) => !isCurrent(service, goal.desired, host));
  return {
    changes:
      stale.length === 0
        ? []
        : [{ kind: 'start-services', services: stale, reason: reasonOf(stale, goal, host) }],
    ill: services.filter((service) => stale.includes(service) || !isHealthy(service, host)),
  };
};
