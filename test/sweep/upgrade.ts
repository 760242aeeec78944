import { Upgrading } from '../e2e/upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from '../e2e/variants/fresh.ts';
import { BIN } from '../support/product.ts';
import { olderRelease } from '../support/releases.ts';
import { type Course, sweepWays } from './legs.ts';
import { points } from './operations.ts';
import { Results } from './results.ts';
import { watchedRun } from './run.ts';
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

/**
 * Ends an upgrade at every recorded operation, goes on, and takes it back for the next; one person goes on talking in one
 * room throughout, and hears all of it each time.
 */
export const sweepUpgrade = async (ways: readonly Way[], again: boolean, ends: number): Promise<Results> => {
  const results = new Results('upgrade');
  if (again) results.forget();
  forgetDomain(DOMAIN);
  try {
    const vps = await freshMachine({ name: NAME, domains: [DOMAIN, `matrix.${DOMAIN}`] });
    const server = new Upgrading(vps, DOMAIN);
    const upgrade = { vps, domain: DOMAIN, argv: server.command(BIN, ...ACCEPT) };
    const first = await server.init(olderRelease(OLD), ...SMALL_DISTRO);
    must(first.exitCode === 0, 'the older release was not installed', first.all);
    await server.talk('before');
    await server.quiet();
    const whole = await watchedRun(upgrade);
    must(whole.exitCode === 0, 'the upgrade failed', whole.text);
    const wanted = await stateOf(vps);
    const course: Course = {
      points: points(whole.operations),
      async begin() {
        const run = await server.init(BIN, '--rollback');
        must(run.exitCode === 0, 'going back failed', run.all);
        await server.quiet();
        return upgrade;
      },
      async judge(_run, about) {
        const { version, heard } = await server.talk(about);
        if (version !== NEW) return `Synapse is ${version}`;
        if (heard.join() !== server.said.join()) return `heard: ${heard.join(', ')}`;
        const differs = difference(wanted, await stateOf(vps));
        return differs === undefined ? undefined : `the tree differs: ${differs}`;
      },
    };
    await sweepWays(course, ways, results, ends);
  } finally {
    await removeMachine(NAME);
    forgetDomain(DOMAIN);
  }
  return results;
};
