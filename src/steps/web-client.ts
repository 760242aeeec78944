import { WEB_CLIENTS } from '../answers/answers.ts';
import type { Change } from '../plan/change.ts';
import type { HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import type { Service } from '../render/layout.ts';
import { startAll } from './start.ts';

/** The web client that is wanted runs before Caddy sends anybody there; one that is not wanted any more is taken away. */
export const webClient = (goal: Goal, host: HostFacts): Change[] => {
  const clients: readonly string[] = WEB_CLIENTS;
  const gone = host.containers
    .map(({ service }) => service as Service)
    .filter((service) => clients.includes(service) && !goal.desired.services.includes(service));
  const { client } = goal.answers;
  const { changes, ill } = startAll(client === undefined ? [] : [client.name], goal, host);
  return [
    ...(gone.length > 0 ? [{ kind: 'remove-services', services: gone } as const] : []),
    ...changes,
    ...(ill.length > 0 ? [{ kind: 'await-healthy', services: ill } as const] : []),
  ];
};
