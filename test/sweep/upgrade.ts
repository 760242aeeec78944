import { Upgrading } from '../e2e/upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from '../e2e/variants/fresh.ts';
import { BIN } from '../support/product.ts';
import { olderRelease } from '../support/releases.ts';
import { points } from './operations.ts';
import { Results } from './results.ts';
import { type Over, watchedRun } from './run.ts';
import { difference, stateOf } from './tree.ts';
import type { Way } from './ways.ts';

const NAME = 'sw-upgrade';
const DOMAIN = 'sw-upgrade.test';
const OLD = '1.160.0';
const NEW = '1.163.2';
const ACCEPT = ['--accept', 'room-version-12'];

const must = (isSo: boolean, what: string, output = ''): void => {
  if (!isSo) throw new Error(`${what}\n${output}`);
};

/** What is wrong after a run that went on from an end. @returns undefined when nothing is */
const judge = async (
  server: Upgrading,
  text: string,
  over: Over,
  wanted: readonly string[],
): Promise<string | undefined> => {
  if (over.exitCode !== 0) return `the run after it ended with ${over.exitCode}:\n${over.text}`;
  const { version, heard } = await server.talk(text);
  if (version !== NEW) return `Synapse is ${version}`;
  if (heard.join() !== server.said.join()) return `heard: ${heard.join(', ')}`;
  const differs = difference(wanted, await stateOf(server.vps));
  return differs === undefined ? undefined : `the tree differs: ${differs}`;
};

/**
 * Ends an upgrade at every recorded operation, goes on, and takes it back for the next; one person goes on talking in one
 * room throughout, and hears all of it each time.
 */
export const sweepUpgrade = async (ways: readonly Way[], again: boolean): Promise<Results> => {
  const results = new Results('upgrade');
  if (again) results.forget();
  forgetDomain(DOMAIN);
  try {
    const vps = await freshMachine({ name: NAME, domains: [DOMAIN, `matrix.${DOMAIN}`] });
    const server = new Upgrading(vps, DOMAIN);
    const upgrade = { vps, domain: DOMAIN, argv: server.command(BIN, ...ACCEPT) };
    const rolledBack = async (): Promise<void> => {
      const run = await server.init(BIN, '--rollback');
      must(run.exitCode === 0, 'going back failed', run.all);
      await server.quiet();
    };

    const first = await server.init(olderRelease(OLD), ...SMALL_DISTRO);
    must(first.exitCode === 0, 'the older release was not installed', first.all);
    await server.talk('before');
    await server.quiet();
    const whole = await watchedRun(upgrade);
    must(whole.exitCode === 0, 'the upgrade failed', whole.text);
    const operations = points(whole.operations);
    const wanted = await stateOf(vps);
    console.log(`${operations.length} operations, ended by ${ways.join(', ')}`);

    for (const way of ways) {
      for (const point of results.left(way, operations)) {
        await rolledBack();
        const ended = await watchedRun(upgrade, { way, at: new Set([point]) });
        const over = ended.exitCode === 0 ? ended : await watchedRun(upgrade);
        const why = await judge(server, `${way} ${point}`, over, wanted).catch(
          (error: Error) => error.message,
        );
        if (why !== undefined) results.add({ way, point, outcome: 'failed', why });
        else results.add({ way, point, outcome: ended.endedAt === undefined ? 'not reached' : 'converged' });
      }
    }
  } finally {
    await removeMachine(NAME);
    forgetDomain(DOMAIN);
  }
  return results;
};
