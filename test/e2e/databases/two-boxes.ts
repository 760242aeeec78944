import { beforeAll, describe, expect, test } from 'vitest';
import { sizeFor } from '../../../src/plan/size.ts';
import { postgresCommand } from '../../../src/render/postgres-command.ts';
import { databaseBudgetFor } from '../../../src/sizing/database-budget.ts';
import { freshMachine } from '../../support/fresh.ts';
import { BIN } from '../../support/product.ts';
import { olderRelease } from '../../support/releases.ts';
import type { Vps } from '../../world/index.ts';
import { figure } from '../life/figures.ts';
import { runLogs } from '../life/log.ts';
import { findsNothingToDo, ROOT, Server } from '../life/server.ts';
import { Upgrading } from '../upgrade/upgrading.ts';
import { backedUp } from './backed-up.ts';
import { holders } from './holders.ts';

export interface TwoBoxes {
  readonly server: Server;
  readonly database: Vps;
  readonly remove: () => Promise<void>;
}

export const startedMachines = async (name: string): Promise<TwoBoxes> => {
  const domain = `${name}.test`;
  const server = new Server(await freshMachine(name, domain, { cpus: 4, memory: '4G' }), domain);
  const database = await freshMachine(`${name}-box`, `${name}-box.test`, { cpus: 2, memory: '2G' });
  const remove = async () => {
    await server.vps.remove();
    await database.remove();
  };
  return { server, database, remove };
};

const OLD = '1.160.0';
const ROOMS = 20;
const ANSWERS = ['--tier', 'custom', '--rooms', String(ROOMS), '--docker-source', 'distro'] as const;

/** `name value` of Postgres's own settings, in the units of the command line. */
const SHOW = `select name || ' ' || case when unit = '8kB' then (setting::bigint * 8 / 1024) || 'MB'
  when unit = 'kB' then (setting::bigint / 1024) || 'MB' when unit = 'MB' then setting || 'MB' else setting end from pg_settings`;

export const twoBoxes = (boxes: () => TwoBoxes): void => {
  const server = () => boxes().server;
  const there = async (script: string): Promise<string> => (await boxes().database.exec(script)).stdout;
  const psql = (sql: string): Promise<string> =>
    there(
      `docker exec -i matrix-bastion-postgres-1 psql -X -A -t -q -U synapse -d synapse <<'SQL'\n${sql};\nSQL`,
    );
  const flags = () => [
    ...ANSWERS,
    ...['--db-host', `root@${boxes().database.ip}`, '--db-host-key', boxes().database.fingerprint],
  ];
  const known = () => ['--db-host-key', boxes().database.fingerprint];

  describe('on a second machine', () => {
    test('is refused on the machine itself, and nothing is touched', async () => {
      const { vps } = server();
      const run = await server().init(
        ...ANSWERS,
        '--db-host',
        `root@${vps.ip}`,
        '--db-host-key',
        vps.fingerprint,
      );
      expect([run.exitCode, /MB-DB-HOST-SAME/.test(run.all)], run.all).toEqual([2, true]);
      expect(await server().shell(`ls ${ROOT} 2>&1 || true; command -v docker || true`)).not.toMatch(
        /answers|docker$/,
      );
    });

    describe('installed by one run', () => {
      beforeAll(async () => {
        const begun = performance.now();
        const { vps, domain } = server();
        const run = await new Server(vps, domain, olderRelease(OLD)).init(...flags());
        figure('an installation on two machines', `${((performance.now() - begun) / 1000).toFixed(1)} s`);
        expect(run.exitCode, run.all).toBe(0);
        expect(run.all).toContain('- on root@');
        expect(run.all).toMatch(/^Database {2,}\S+:5432, TLSv1\.3, [\d.]+ ms away$/m);
      });

      test('an upgrade sees what the database there is busy with, and leads to the new version', async () => {
        const flags = [...known(), '--accept', 'room-version-12'];
        await psql("insert into background_updates values ('ours', '{}', null, 99999)");
        const busy = await server().init(...flags);
        expect([busy.exitCode, /MB-UPGRADE-BACKGROUND/.test(busy.all)], busy.all).toEqual([1, true]);
        const { vps, domain } = server();
        // Those of the installation may not be done yet either.
        const run = await new Upgrading(vps, domain).initAfterWaiting(BIN, [...flags, '--wait', '10m'], () =>
          psql("delete from background_updates where update_name = 'ours'"),
        );
        expect(run.exitCode, run.all).toBe(0);
        expect(run.all).toMatch(new RegExp(`Synapse ${OLD} is \\S+ now`.replaceAll('.', '\\.')));
        expect(await psql('select count(*) from background_updates')).toBe('0');
      });

      test('a rerun finds nothing to do on both', async () => {
        await findsNothingToDo(server(), ...known());
      });

      test('every connection from the other machine is encrypted', async () => {
        const rows = await psql(
          'select ssl, version, client_addr from pg_stat_ssl join pg_stat_activity using (pid) where client_addr is not null group by 1, 2, 3',
        );
        expect(rows).toBe(`t|TLSv1.3|${server().vps.ip}`);
      });

      test('is backed up from the first machine', async () => {
        // The administrator, and the one that tried after the upgrade whether people are served.
        await backedUp(server(), 2);
      });

      test('nobody else gets as far as the password, and nobody without encryption', async () => {
        const address = boxes().database.ip;
        const third = `docker run --rm --network host --entrypoint psql docker.io/library/postgres:17 "host=${address} user=synapse dbname=synapse sslmode=require" -w -c 'select 1' 2>&1 || true`;
        // The machine itself with another role and database, and the other one in the clear.
        expect(
          await there(third.replace('user=synapse dbname=synapse', 'user=postgres dbname=postgres')),
        ).toMatch(/pg_hba\.conf rejects connection .*user "postgres"/);
        const plain = await server().shell(
          `docker run --rm -i --network host -v ${ROOT}/secrets/synapse:/secrets:ro --user 991:991 --entrypoint python $(sed -n 's/^SYNAPSE_IMAGE=//p' ${ROOT}/.env) - <<'PYTHON' 2>&1 || true
import psycopg2
psycopg2.connect(host="${address}", user="synapse", dbname="synapse", sslmode="disable", passfile="/secrets/pgpass")
PYTHON`,
        );
        expect(plain).toMatch(/pg_hba\.conf rejects connection .*no encryption/);
      });

      test('listens on the one address only', async () => {
        expect(await there(`ss -H -l -n -t '( sport = :5432 )' | awk '{print $4}'`)).toBe(
          `${boxes().database.ip}:5432`,
        );
        expect(await server().shell(`ss -H -l -n -t '( sport = :5432 )'`)).toBe('');
      });

      test('runs with the settings of the plan', async () => {
        const facts = await there(`nproc; sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo`);
        const [vcpus = 0, kib = 0] = facts.split('\n').map(Number);
        const app = sizeFor(
          { tier: 'custom', rooms: ROOMS, federation: 'open', dbHost: 'there' },
          { vcpus: 4, memoryMib: 4096, diskGib: 100 },
        );
        if (!app.ok) throw new Error(app.what);
        const diskMib = Number(await there(`df -m --output=size /opt | tail -n 1`));
        const sizing = databaseBudgetFor({
          rooms: ROOMS,
          federation: 'open',
          box: { vcpus, memoryMib: Math.floor(kib / 1024), diskGib: Math.floor(diskMib / 1024) },
          processes: app.budget.processes,
        });
        if (!sizing.ok) throw new Error(sizing.what);
        const settings = new Map(
          (await psql(SHOW)).split('\n').map((line) => line.split(/ (.*)/, 2) as [string, string]),
        );
        const planned = postgresCommand(sizing.budget.postgres, {})
          .filter((word) => word.startsWith('--'))
          .map((word) => word.slice(2).split('=') as [string, string]);
        expect(planned.length).toBeGreaterThan(8);
        for (const [name, value] of planned) {
          const seen = settings.get(name);
          expect([name, Number.parseFloat(seen ?? '')]).toEqual([name, expect.any(Number)]);
          if (/^\d+MB$/.test(value)) expect([name, seen]).toEqual([name, value]);
        }
      });

      test('no secret is in an argument, an environment, a log, or a file that others may read', async () => {
        const password = (await there(`cat ${ROOT}/secrets/postgres/password`)).trim();
        expect(password).toMatch(/^[0-9a-f]{64}$/);
        expect((await holders(boxes().database, password)).sort()).toEqual(
          ['password', 'pgpass'].map((name) => `${ROOT}/secrets/postgres/${name}`),
        );
        expect(await holders(server().vps, password)).toEqual([`${ROOT}/secrets/synapse/pgpass`]);
        for (const log of runLogs(server().domain)) expect(log).not.toContain(password);
        expect(await there(`stat -c '%a %u' ${ROOT}/secrets/postgres/* | sort -u`)).toBe('600 999');
        expect(await server().shell(`stat -c '%a %u' ${ROOT}/secrets/synapse/pgpass`)).toBe('600 991');
        // The authority's key was nowhere but in the container that made it.
        expect(await there(`find ${ROOT} -name 'ca.key*'`)).toBe('');
      });

      test('what was changed there by hand is named and repaired by one run, and Synapse goes on', async () => {
        const before = await server().startTimes();
        await there(`echo '# ours, by hand' >>${ROOT}/postgres/config/pg_hba.conf
chmod 644 ${ROOT}/secrets/postgres/password; rm ${ROOT}/postgres/tls/server.crt; docker stop matrix-bastion-postgres-1`);
        const run = await server().init(...known());
        expect(run.exitCode, run.all).toBe(0);
        for (const named of ['set owner and mode of', 'make a certificate for', 'start postgres'])
          expect(run.all).toMatch(new RegExp(`on root@\\S+: .*${named}`));
        // What somebody wrote there is theirs: named, and kept.
        expect(run.all).toMatch(/Edited by hand: \S+\/pg_hba\.conf on root@\S+: it stays as it is/);
        expect(await there(`cat ${ROOT}/postgres/config/pg_hba.conf`)).toContain('# ours, by hand');
        await findsNothingToDo(server(), ...known());
        // A new authority is a new file that Synapse reads: it starts anew, the others do not.
        const after = await server().startTimes();
        for (const service of ['redis', 'caddy']) expect(after[service]).toBe(before[service]);
      });

      test('comes back after both machines were cut off, whichever is first', async () => {
        await server().vps.stop();
        await boxes().database.stop();
        await server().vps.start();
        await boxes().database.start();
        await expect
          .poll(
            () => server().shell(`docker inspect -f '{{.State.Health.Status}}' matrix-bastion-synapse-1`),
            {
              timeout: 300_000,
              interval: 1000,
            },
          )
          .toBe('healthy');
        await findsNothingToDo(server(), ...known());
      });

      test('the database of one server is not given to another', async () => {
        await there(`echo other.test >${ROOT}/state/database.of`);
        const run = await server().init(...known());
        await there(`echo ${server().domain} >${ROOT}/state/database.of`);
        expect([run.exitCode, /MB-DATA-FOREIGN/.test(run.all)], run.all).toEqual([4, true]);
      });

      test('the upgrade is taken back by hand', async () => {
        const back = await server().init(...known(), '--rollback');
        expect(back.exitCode, back.all).toBe(0);
        expect(back.all).toContain(`Synapse ${OLD} serves again`);
      });
    });
  });
};
