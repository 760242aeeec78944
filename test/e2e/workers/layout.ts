import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Tier } from '../../../src/answers/answers.ts';
import { sizeFor } from '../../../src/plan/size.ts';
import { serviceOf } from '../../../src/render/layout.ts';
import { postgresCommand } from '../../../src/render/postgres-command.ts';
import type { Budget } from '../../../src/sizing/budget.ts';
import { until } from '../../world/wait.ts';
import { findsNothingToDo, ROOT, type Server } from '../life/server.ts';
import { container } from './replaced.ts';

/** What was asked of the plan, and how many processes are expected of it. */
export interface Asked {
  readonly tier: Tier;
  readonly rooms: number;
  readonly processes: number;
}

/** The plan for the machine as it shows itself, made here and not read from what was installed. */
const planned = async (server: Server, { tier, rooms }: Asked): Promise<Budget> => {
  const [vcpus = 0, memory = 0, disk = 0] = (
    await server.shell(
      `nproc; sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo; df -Pk / | tail -n 1 | awk '{ print $2 }'`,
    )
  )
    .split('\n')
    .map(Number);
  const sizing = sizeFor(
    { tier, rooms, federation: 'open' },
    { vcpus, memoryMib: Math.floor(memory / 1024), diskGib: Math.floor(disk / 1024 / 1024) },
  );
  if (!sizing.ok) throw new Error(sizing.what);
  return sizing.budget;
};

const listed = async (server: Server): Promise<string[]> =>
  (
    await server.shell(
      `docker ps -a --format '{{.Label "com.docker.compose.service"}} {{.State}} {{.Status}}'`,
    )
  )
    .split('\n')
    .filter(Boolean);

/** `name=value` of the server's own settings, in the units of the command line. */
const INSPECT = `select name, case when unit = '8kB' then (setting::bigint * 8 / 1024) || 'MB'
  when unit = 'kB' then (setting::bigint / 1024) || 'MB' when unit = 'MB' then setting || 'MB' else setting end from pg_settings`;

export const layout = (server: () => Server, asked: Asked): void => {
  describe('the layout', () => {
    test('is the planned one: every process is there and healthy, and none as root', async () => {
      const { processes } = await planned(server(), asked);
      expect(processes).toHaveLength(asked.processes);
      const expected = [...processes.map(({ name }) => serviceOf(name)), 'postgres', 'redis', 'caddy'];
      const lines = await listed(server());
      expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual([...expected].sort());
      // Docker asks each of them for the first time some seconds after its start.
      await until(
        'healthy services',
        async () => (await listed(server())).every((line) => / running .*\(healthy\)$/.test(line)),
        240_000,
      );
      const users = await server().shell(
        `for id in $(docker ps -q); do docker exec $id cat /proc/1/status | grep ^Uid; done | sort -u`,
      );
      expect(users).not.toMatch(/Uid:\s+0\b/);
    });

    test('publishes nothing but what it published before: 80 and 443', async () => {
      const ports = await server().shell(
        `docker ps --format '{{.Label "com.docker.compose.service"}} {{.Ports}}' | grep -- '->'`,
      );
      expect(ports.split('\n').map((line) => line.split(' ')[0])).toEqual(['caddy']);
    });

    test('is what a second run finds', async () => {
      await findsNothingToDo(server());
    });

    test('has each process’s file accepted by Synapse itself, with conf.d', async () => {
      const { processes } = await planned(server(), asked);
      const workers = processes.filter(({ role }) => role !== 'main').map(({ name }) => name);
      const files = await server().shell(`ls ${ROOT}/synapse/config/workers`);
      expect(files.split('\n').sort()).toEqual(workers.map((name) => `${name}.yaml`).sort());
      const said = await server().inside(
        'synapse',
        `sh -c 'for name in ${workers.join(' ')}; do python -m synapse.config -c /config/homeserver.yaml -c /config/workers/$name.yaml -c /conf.d || exit 1; done'`,
      );
      expect(said.split('\n').filter((line) => line === 'Config parses OK!')).toHaveLength(workers.length);
    });

    test('gives every process its share: cache, pool and connections', async () => {
      const { processes } = await planned(server(), asked);
      for (const process of processes) {
        const file = process.role === 'main' ? 'homeserver.yaml' : `workers/${process.name}.yaml`;
        const config = parse(await server().shell(`cat ${ROOT}/synapse/config/${file}`));
        expect(config.caches.global_factor, process.name).toBe(process.cacheFactor);
        expect(config.database.args).toMatchObject({ cp_min: process.poolMin, cp_max: process.poolMax });
      }
      const [connections = '0'] = await server().query(
        "select count(*) from pg_stat_activity where application_name = 'synapse'",
      );
      const pools = processes.reduce((sum, { poolMax }) => sum + poolMax, 0);
      expect(Number(connections)).toBeGreaterThan(processes.length);
      expect(Number(connections)).toBeLessThanOrEqual(pools);
    });

    test('runs Postgres with every setting of the plan', async () => {
      const { postgres } = await planned(server(), asked);
      if (postgres === undefined) throw new Error('the plan has no Postgres');
      const shown = new Map(
        (await server().query(INSPECT)).map((line) => line.split('|') as [string, string]),
      );
      const settings = postgresCommand(postgres)
        .slice(1)
        .map((word) => /^--([a-z_]+)=(.*)$/.exec(word)?.slice(1) as [string, string]);
      expect(settings.length).toBeGreaterThan(10);
      for (const [name, value] of settings) expect(`${name}=${shown.get(name)}`).toBe(`${name}=${value}`);
    });

    test('lets nobody replicate without the secret, neither from Caddy nor from another process', async () => {
      const url = 'http://synapse:9093/_synapse/replication/fed_send_edu/m.typing/x';
      const refusals = async () =>
        Number(
          await server().shell(
            `docker logs ${container('synapse')} 2>&1 | grep -c 'RuntimeError: Missing Authorization header' || true`,
          ),
        );
      const before = await refusals();
      const byCaddy = await server().inside(
        'caddy',
        `sh -c 'wget -q -S -O /dev/null --post-data "{}" ${url} 2>&1 | head -n 1'`,
      );
      const byWorker = await server().inside(
        'synapse-sync-1',
        `curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' -d '{}' ${url}`,
      );
      expect(byCaddy).toContain(' 500 ');
      expect(byWorker).toBe('500');
      expect(await refusals()).toBe(before + 2);
    });
  });
};
