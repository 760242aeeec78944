import type { Change } from '../plan/change.ts';
import type { HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { componentOf, type Service } from '../render/layout.ts';
import { isAsPlanned } from './compare.ts';
import { startAll } from './start.ts';

const isWorker = (service: Service): boolean => service !== 'synapse' && componentOf(service) === 'synapse';

/** Workers that are on the machine and not in the plan. Other services of somebody's are left alone. */
const obsolete = (goal: Goal, host: HostFacts): Service[] =>
  host.containers
    .map(({ service }) => service as Service)
    .filter((service) => service.startsWith('synapse-') && !goal.desired.services.includes(service));

/**
 * The main process first, then the workers. While the main process changes, no worker runs: who writes which stream
 * is in the configuration that all of them share, and two that believe to be the same writer would corrupt the
 * order of events (manual, docs/workers.md, "Stream writers": all processes have to be restarted together).
 */
export const synapseProcesses = (goal: Goal, host: HostFacts): Change[] => {
  const workers = goal.desired.services.filter(isWorker);
  const gone = obsolete(goal, host);
  const main = startAll(['synapse'], goal, host);
  const restarted = main.changes.length > 0 && !isAsPlanned('synapse', goal.desired, host);
  const running = workers.filter((service) =>
    host.containers.some((container) => container.service === service && container.state === 'running'),
  );

  const changes: Change[] = [];
  if (gone.length > 0) changes.push({ kind: 'remove-services', services: gone });
  if (restarted && running.length > 0) {
    changes.push({ kind: 'stop-services', services: running, reason: 'the main process changes' });
  }
  changes.push(...main.changes);
  if (main.ill.length > 0) changes.push({ kind: 'await-healthy', services: main.ill });
  return [...changes, ...startWorkers(workers, restarted ? running : [], goal, host)];
};

/** Starts what is not current, and what was stopped for the main process. */
const startWorkers = (
  workers: readonly Service[],
  stopped: readonly Service[],
  goal: Goal,
  host: HostFacts,
): Change[] => {
  const { changes, ill } = startAll(workers, goal, host);
  const stale = changes.flatMap((change) => (change.kind === 'start-services' ? change.services : []));
  const back = stopped.filter((service) => !stale.includes(service));
  const awaited = workers.filter((service) => ill.includes(service) || back.includes(service));
  return [
    ...changes,
    ...(back.length > 0
      ? [{ kind: 'start-services', services: back, reason: 'stopped before' } as const]
      : []),
    ...(awaited.length > 0 ? [{ kind: 'await-healthy', services: awaited } as const] : []),
  ];
};
