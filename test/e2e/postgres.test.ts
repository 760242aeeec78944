/**
 * One machine from Postgres 15 to 17: a fault, then killed in the middle, then taken back. What was said is read back after
 * each, and every table's rows are compared with what was there before.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { FAULTS } from '../faults/list.ts';
import { meet } from '../faults/meet.ts';
import { BIN } from '../support/product.ts';
import { olderRelease } from '../support/releases.ts';
import { NOTHING_TO_DO, ROOT } from './life/server.ts';
import { fewerRows, rowsOf } from './upgrade/rows.ts';
import { Upgrading } from './upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';

const DOMAIN = 'pg-major.test';
const SYNAPSE = '1.163.2';
const ACCEPT = ['--accept', 'postgres-17'];
const DATA = `${ROOT}/postgres/data`;

describe('a newer major version of Postgres', () => {
  let server: Upgrading;
  const onMachine = (script: string) => server.inside(script);
  const majors = () => onMachine(`cd ${DATA} && grep . */PG_VERSION; true`);
  const talk = async (text: string): Promise<void> => {
    const { heard } = await server.talk(text);
    expect(heard).toEqual(server.said);
  };

  let failed = false;
  beforeEach((context) => {
    context.skip(failed, 'a part before it failed');
    onTestFailed(() => {
      failed = true;
    });
  });

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    server = new Upgrading(
      await freshMachine({ name: 'pg-major', domains: [DOMAIN, `matrix.${DOMAIN}`] }),
      DOMAIN,
    );
  });
  afterAll(async () => {
    await removeMachine('pg-major');
    forgetDomain(DOMAIN);
  });

  it('begins with a release that has an older one', async () => {
    const run = await server.init(olderRelease(SYNAPSE, 15), ...SMALL_DISTRO);
    expect(run.exitCode, run.all).toBe(0);
    expect(await majors()).toBe('15');
    await talk('on Postgres 15');
    await server.quiet();
    // A bridge's database of its own, with a role of its own.
    await onMachine(`docker exec -i matrix-bastion-postgres-1 psql -q -v ON_ERROR_STOP=1 -U synapse -d synapse -f - <<'SQL'
create role bridge login password 'secret';
create database "a bridge" owner bridge;
\\connect "a bridge" bridge
create table portal as select generate_series(1, 1000) n;
SQL`);
  });

  it('is not begun without a word, nor without room; it says how long nobody can use the server', async () => {
    const before = await onMachine('docker ps -q --no-trunc | sort; cat /opt/matrix-bastion/.env');
    const run = await server.init(BIN);
    expect(run.exitCode, run.all).toBe(4);
    expect(run.all).toContain('MB-UPGRADE-ACKNOWLEDGE');
    expect(run.all).toContain('--accept postgres-17');
    expect(run.all).toMatch(
      /nobody can use the server for about \d+ (seconds|minutes)|trial dump read nothing/,
    );
    expect(await onMachine('docker ps -q --no-trunc | sort; cat /opt/matrix-bastion/.env')).toBe(before);
  });

  // The rest of the list is met by `npm run faults`.
  it.each(FAULTS.filter(({ cheap }) => cheap))('$what: named, and nothing is lost', async (fault) => {
    const { wrong, screen } = await meet(server, fault, SYNAPSE);
    expect(wrong, screen).toEqual([]);
  });

  it('comes to its end although the run and its job are killed while the database moves', async () => {
    const before = await rowsOf(server);
    expect(await server.killedAt({ job: 'moving the database synapse' }, BIN, ...ACCEPT)).toBe(true);
    await server.vps.powerCut();
    await server.vps.start();
    // Nothing serves on an empty or a half database, whatever Docker starts by itself.
    expect(await onMachine(`ls ${DATA}`)).not.toMatch(/^cluster$/m);
    const run = await server.init(BIN, ...ACCEPT);
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain('An upgrade from Postgres 15 to Postgres 17');
    expect(run.all).toMatch(/cluster\.15 holds an earlier database \(Postgres 15\), [\d.]+ MB/);
    expect(await majors()).toBe('cluster.15/PG_VERSION:15\ncluster/PG_VERSION:17');
    expect(fewerRows(before, await rowsOf(server, before))).toEqual([]);
    expect(await server.query('show server_version_num')).toMatch(/^17/);
    expect(
      await server.query(
        "select pg_encoding_to_char(encoding), datcollate, datctype from pg_database where datname = 'synapse'",
      ),
    ).toBe('UTF8|C|C');
    expect(await onMachine(`cat ${ROOT}/state/database.born`)).toBe(
      `${await server.query('select system_identifier from pg_control_system()')} 17`,
    );
    await talk('on Postgres 17');
    const again = await server.init(BIN);
    expect(again.all).toMatch(NOTHING_TO_DO);
    expect(again.all).toContain('init --rollback leads back to it');
  });

  it('keeps what is beside Synapse: a role with its password, a database with its owner', async () => {
    const asBridge = `docker exec -e PGPASSWORD=secret matrix-bastion-postgres-1 psql -X -A -t -h 127.0.0.1 -U bridge -d 'a bridge' -c`;
    expect(await onMachine(`${asBridge} 'select count(*), max(n) from portal'`)).toBe('1000|1000');
  });

  it('is taken back, once somebody said that what was written since may be lost', async () => {
    const refused = await server.init(BIN, '--rollback');
    expect(refused.exitCode, refused.all).toBe(4);
    expect(refused.all).toMatch(/MB-ROLLBACK-DATA .*Postgres 15 would lose what was written since/s);
    const run = await server.init(BIN, '--rollback', '--accept', 'data-since-upgrade');
    expect(run.exitCode, run.all).toBe(0);
    expect(await server.query('show server_version_num')).toMatch(/^15/);
    expect(await majors()).toMatch(/^cluster\.17\.\d{8}T\d{6}Z\/PG_VERSION:17\ncluster\/PG_VERSION:15$/);
    // What was said on Postgres 17 is lost, as it said.
    server.said.pop();
    await talk('on Postgres 15 again');
    const old = await server.init(olderRelease(SYNAPSE, 15));
    expect(old.all).toMatch(NOTHING_TO_DO);
    expect(old.all).toMatch(/cluster\.17\.\S+ holds an earlier database \(Postgres 17\)/);
  });
});
