/**
 * Synapse with five workers and its Postgres, both to the newest in one act, and back: `npm run sweep -- move`. No table
 * may lose a row, all processes have one version, and all that was said is there; after going back all that was said before.
 */
import { Server } from '../e2e/life/server.ts';
import { fewerRows, rowsOf } from '../e2e/upgrade/rows.ts';
import { Upgrading } from '../e2e/upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine } from '../e2e/variants/fresh.ts';
import { Switching, versions } from '../e2e/workers/switching.ts';
import { BIN } from '../support/product.ts';
import { olderRelease } from '../support/releases.ts';

const NAME = 'sw-move';
const DOMAIN = 'sw-move.test';
const OLD = '1.160.0';
const NEW = '1.163.2';
const FLAGS = ['--tier', 'ravelin', '--rooms', '120', '--docker-source', 'distro'];
const ACCEPT = ['--accept', 'room-version-12', '--accept', 'postgres-17'];
const PROCESSES = 6;

/** Fails with what there was instead. */
const expectThat = (what: string, holds: boolean, found: unknown): void => {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(found)}`);
  console.log(`  ${what}`);
};

/** One step of the whole, with what has to hold after it. */
const judge = async (server: Upgrading, version: string, major: string): Promise<void> => {
  const running = await versions(new Server(server.vps, DOMAIN));
  expectThat(
    `${PROCESSES} processes have version ${version}`,
    Object.keys(running).length === PROCESSES && Object.values(running).every((one) => one === version),
    running,
  );
  const postgres = await server.query('show server_version');
  expectThat(`the database is that of Postgres ${major}`, postgres.startsWith(`${major}.`), postgres);
  const { heard } = await server.talk(`on Postgres ${major}, ${version}`);
  expectThat('all that was said is there', heard.join() === server.said.join(), heard);
};

const change = async (server: Upgrading, what: string, ...flags: readonly string[]): Promise<void> => {
  const switching = await Switching.watch(new Server(server.vps, DOMAIN));
  const run = await server.init(BIN, '--wait', '20m', ...flags);
  if (run.exitCode !== 0) throw new Error(`${what} ended with ${run.exitCode}\n${run.all}`);
  const workers = Object.keys(await versions(new Server(server.vps, DOMAIN))).filter(
    (name) => name !== 'synapse',
  );
  await switching.wasInOrder(workers);
  const [, away = '?'] = /the longest time without an answer was ([\d.]+) s/.exec(run.all) ?? [];
  console.log(`${what}: ${away} s without an answer`);
};

/** @returns how many of the two ways failed */
export const sweepMove = async (): Promise<number> => {
  forgetDomain(DOMAIN);
  try {
    const vps = await freshMachine({
      name: NAME,
      domains: [DOMAIN, `matrix.${DOMAIN}`],
      cpus: 8,
      memory: '16G',
    });
    const server = new Upgrading(vps, DOMAIN);
    const first = await server.init(olderRelease(OLD, 15), ...FLAGS);
    if (first.exitCode !== 0) throw new Error(first.all);
    await server.talk('before');
    await server.quiet();
    const rows = await rowsOf(server);

    await change(server, 'there', ...ACCEPT);
    const lost = fewerRows(rows, await rowsOf(server, rows));
    expectThat('no table has lost a row', lost.length === 0, lost);
    await judge(server, NEW, '17');

    await change(server, 'back', '--rollback', '--accept', 'data-since-upgrade');
    // What was said since is lost, as the flag says.
    server.said.pop();
    await judge(server, OLD, '15');
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  } finally {
    await removeMachine(NAME);
    forgetDomain(DOMAIN);
  }
};
