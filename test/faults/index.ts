/**
 * Meets every fault of the list on one real machine, or those that are named: `npm run faults`,
 * `npm run faults -- full-at-restore`. Ends with 1 when one was not named with its fix, or something was lost.
 */
import { Upgrading } from '../e2e/upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from '../e2e/variants/fresh.ts';
import { BIN } from '../support/product.ts';
import { olderRelease } from '../support/releases.ts';
import { up } from '../world/index.ts';
import { FAULTS } from './list.ts';
import { type Met, meet } from './meet.ts';

const NAME = process.env.MACHINE ?? 'up-faults';
const DOMAIN = `${NAME}.test`;
const OLD = '1.160.0';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !FAULTS.some((fault) => fault.id === id));
if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}`);
const faults = FAULTS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));

await up();
forgetDomain(DOMAIN);
// A disk of its own, so that it can be filled; /var/lib/docker and /opt are on it.
const server = new Upgrading(
  await freshMachine({ name: NAME, domains: [DOMAIN, `matrix.${DOMAIN}`], disk: '12G' }),
  DOMAIN,
);
let failures = 0;
try {
  const first = await server.init(olderRelease(OLD, 15), ...SMALL_DISTRO);
  if (first.exitCode !== 0) throw new Error(`the older release was not installed\n${first.all}`);
  await server.talk('before');
  for (const [index, fault] of faults.entries()) {
    const { wrong, screen, seconds } = await meet(server, fault, OLD).catch(
      (error: unknown): Met => ({ wrong: [String(error)], screen: '', seconds: 0 }),
    );
    const said = fault.said === 'none' ? 'goes on' : fault.said.code;
    const verdict = wrong.length === 0 ? 'as it ought to be' : 'WRONG';
    console.log(`${index + 1}/${faults.length} ${fault.id}: ${said}, ${seconds} s, ${verdict}`);
    if (wrong.length > 0) {
      failures += 1;
      console.log(`  ${wrong.join('\n  ')}\n${screen.slice(-4000)}`);
    }
    if (fault.said !== 'none') continue;
    // Back to where the next one begins; what was said since is lost by that.
    const back = await server.init(BIN, '--rollback', '--accept', 'data-since-upgrade');
    if (back.exitCode !== 0) throw new Error(`going back failed\n${back.all}`);
    server.said.pop();
  }
  console.log(`${faults.length} faults, ${faults.length - failures} as they ought to be`);
} finally {
  await removeMachine(NAME);
  forgetDomain(DOMAIN);
}
process.exitCode = failures === 0 ? 0 : 1;
