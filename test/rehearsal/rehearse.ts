/**
 * `npm run rehearse`: the main job from nothing, against throwaway machines on this one, shown as it happens.
 * Options: --keep leaves the machines running and says how to look around.
 */
import { freshMachine } from '../support/fresh.ts';
import { BIN, type Deployment, initArguments, installation } from '../support/product.ts';
import { down, operator, up } from '../world/index.ts';
import { proveFromOutside } from './prove.ts';

const keep = process.argv.includes('--keep');

const times: { what: string; seconds: number }[] = [];

const stage = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  console.log(`\n== ${what}`);
  const begun = performance.now();
  const result = await work();
  times.push({ what, seconds: (performance.now() - begun) / 1000 });
  return result;
};

const shown = async (args: readonly string[]): Promise<void> => {
  console.log(`$ matrix-bastion ${args.join(' ')}`);
  const result = await operator.spawn([process.execPath, BIN, ...args], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
  });
  if (result.exitCode !== 0) throw new Error(`matrix-bastion ended with exit code ${result.exitCode}`);
};

const rehearse = async (): Promise<void> => {
  await stage(
    'A world: names, a registry, a certificate authority, an operator (offline, on this machine)',
    up,
  );
  const [firstVps, secondVps] = await stage('Two fresh Debian 13 machines', () =>
    Promise.all([freshMachine('rehearsal', 'example.org'), freshMachine('rehearsal-peer', 'example.net')]),
  );
  const flags = ['--tier', 'custom', '--rooms', '20', '--docker-source', 'distro'];
  const first: Deployment = { vps: firstVps, domain: 'example.org', flags };
  const second: Deployment = { vps: secondVps, domain: 'example.net', flags };

  await stage('example.org: a fresh machine becomes a homeserver', () => shown(initArguments(first)));
  await stage('example.net: a second one, for it to federate with', async () => {
    const result = await installation(second);
    if (result.exitCode !== 0) throw new Error(result.all);
    console.log('done in the same way, not shown again');
  });
  await stage('Proof from outside', async () => {
    for (const { what, seconds } of await proveFromOutside('example.org', 'example.net')) {
      console.log(`${what} (${seconds.toFixed(1)} s)`);
    }
  });
  await stage('example.org again: nothing to do', () => shown(initArguments(first)));
};

const showTimes = (): void => {
  console.log('\nTimes');
  for (const { what, seconds } of times) console.log(`${seconds.toFixed(1).padStart(8)} s  ${what}`);
};

try {
  await rehearse();
  showTimes();
  console.log('\nThe rehearsal passed.');
  if (keep) {
    console.log(`
The machines go on running. Look around:
  npm run world -- shell rehearsal        a root shell on example.org's machine
  npm run world -- run -- curl https://matrix.example.org/_matrix/client/versions
  npm run world -- down                   ends everything`);
  }
} catch (error) {
  showTimes();
  console.error(`\nThe rehearsal failed: ${(error as Error).message}`);
  console.error('The machines are left as they are: npm run world -- shell rehearsal');
  process.exit(1);
}
if (!keep) await down();
