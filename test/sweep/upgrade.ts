/**
 * Ends an upgrade at each of its operations, by SIGKILL of the program and by a power cut of the machine, and runs it
 * again: the server has to come to the new version, with the same tree as after a run that nothing ended, and everything
 * that was said. `npm run sweep`, or `npm run sweep -- kill`, `npm run sweep -- power`.
 */
import { type Point, Upgrading } from '../e2e/upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from '../e2e/variants/fresh.ts';
import { tree } from '../e2e/variants/inside.ts';
import { BIN } from '../support/product.ts';
import { olderRelease } from '../support/releases.ts';
import { up } from '../world/index.ts';

const DOMAIN = 'up-sweep.test';
const NEW = '1.163.2';
const ACCEPT = ['--accept', 'room-version-12'];
const ways = ['kill', 'power'].filter((way) => process.argv.length < 3 || process.argv.includes(way));

/** What is told apart by time alone: copies of what was replaced, and the record of the upgrade. */
const OF_TIME = /\.\/state\/(replaced|upgrade\/(record|backup\.last))/;

const server = new Upgrading(
  await up().then(() => freshMachine({ name: 'up-sweep', domains: [DOMAIN, `matrix.${DOMAIN}`] })),
  DOMAIN,
);
const treeNow = async () => (await tree(server.vps)).filter((line) => !OF_TIME.test(line));
const must = (isSo: boolean, what: string, output = ''): void => {
  if (!isSo) throw new Error(`${what}\n${output}`);
};
/** The upgrade run to its end, and everything as it ought to be then. */
const finished = async (text: string, wanted?: readonly string[]): Promise<void> => {
  const run = await server.init(BIN, ...ACCEPT);
  must(run.exitCode === 0, 'the run after it failed', run.all);
  const { version, heard } = await server.talk(text);
  must(version === NEW, `Synapse is ${version}`);
  must(heard.join() === server.said.join(), `heard: ${heard.join(', ')}`);
  const now = await treeNow();
  const other = wanted?.find((line, index) => line !== now[index]);
  must(other === undefined && (wanted?.length ?? now.length) === now.length, `the tree differs: ${other}`);
};

const rolledBack = async (): Promise<void> => {
  const run = await server.init(BIN, '--rollback');
  must(run.exitCode === 0, 'going back failed', run.all);
  await server.quiet();
};

try {
  forgetDomain(DOMAIN);
  const first = await server.init(olderRelease('1.160.0'), ...SMALL_DISTRO);
  must(first.exitCode === 0, 'the older release was not installed', first.all);
  await server.talk('before');
  await server.quiet();

  await server.inside('rm -rf /run/matrix-bastion/jobs/*');
  const whole = await server.init(BIN, ...ACCEPT);
  must(whole.exitCode === 0, 'the upgrade failed', whole.all);
  // What it began to change, and what its jobs on the machine did; the first look is as before any upgrade.
  const points: readonly Point[] = [
    ...server.changes().map((change) => ({ change })),
    ...[...new Set(await server.jobLines())].map((job) => ({ job })),
  ];
  const wanted = await treeNow();
  console.log(`${points.length} operations, ended by ${ways.join(' and by ')}`);

  let reached = 0;
  for (const way of ways) {
    for (const [index, point] of points.entries()) {
      await rolledBack();
      const cut = await server.killedAt(point, BIN, ...ACCEPT);
      if (way === 'power') {
        await server.vps.powerCut();
        await server.vps.start();
      }
      await finished(`${way} ${index + 1}`, wanted);
      if (cut) reached += 1;
      const where = Object.values(point).join();
      console.log(`${way} ${index + 1}/${points.length} ${cut ? 'converged' : 'not reached'}: ${where}`);
    }
  }
  console.log(`${reached} ends, ${reached} converged`);
} finally {
  await removeMachine('up-sweep');
  forgetDomain(DOMAIN);
}
