/**
 * A large server: thirteen workers, two of those that come in twos, on a machine that shows the size of a Bulwark; a
 * small server is its peer. What people and other servers do goes through all of the processes.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { showFigures } from './life/figures.ts';
import { boots } from './workers/boots.ts';
import { clients } from './workers/clients.ts';
import { layout } from './workers/layout.ts';
import { people } from './workers/people.ts';
import { routes } from './workers/routes.ts';
import { installedServers, type Servers } from './workers/servers.ts';
import { survivors } from './workers/survivors.ts';
import { writers } from './workers/writers.ts';

/** Enough for two event persisters, two federation senders and two sync workers (src/sizing/ladder.ts). */
const LARGE = { tier: 'bulwark', rooms: 2500, processes: 14 } as const;

describe('a server with workers', () => {
  let servers: Servers | undefined;
  const known = (): Servers => {
    if (servers === undefined) throw new Error('the servers could not be installed');
    return servers;
  };
  const large = () => known().large;

  beforeAll(async () => {
    servers = await installedServers('wk-bulwark', { cpus: 16, memory: '32G' }, LARGE);
  });
  afterAll(async () => {
    showFigures();
    await servers?.remove();
  });

  layout(large, LARGE);
  people(known);
  writers(known);
  clients(large);
  routes(large);
  boots(large);
  survivors(large);
});
