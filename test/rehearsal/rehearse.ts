/**
 * `npm run rehearse`: the main job from nothing, against throwaway machines on this one, shown as it happens.
 * Options: --keep leaves the machines running and says how to look around; --online takes the official images and
 * Docker's own packages from the internet, and keeps only names, certificates and machines local.
 */
import { freshMachine } from '../support/fresh.ts';
import { BIN, type Deployment, initArguments, installation } from '../support/product.ts';
import { down, operator, setOnline, up, type Vps, WorldError } from '../world/index.ts';

import { proveFromOutside } from './prove.ts';

const OPTIONS = ['--keep', '--online'];
const unknown = process.argv.slice(2).find((word) => !OPTIONS.includes(word));
if (unknown !== undefined) {
  console.error(`npm run rehearse does not know ${unknown}; its options are ${OPTIONS.join(' and ')}.`);
  process.exit(2);
}
const keep = process.argv.includes('--keep');
const online = process.argv.includes('--online');

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

/** The official Caddy image does not know the world's certificate authority; its machine does, and lends it the list. */
const trustLocalAuthority = async (vps: Vps): Promise<void> => {
  const override = `services:
  caddy:
    volumes:
      - /etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro
`;
  await vps.exec('mkdir -p /opt/matrix-bastion && cat >/opt/matrix-bastion/compose.override.yaml', {
    input: override,
  });
};

const rehearse = async (): Promise<void> => {
  await stage(
    'A world on this machine: names, a registry, a certificate authority, an operator',
    async () => {
      await up();
      await setOnline(online);
    },
  );
  const [firstVps, secondVps] = await stage('Two fresh Debian 13 machines', () =>
    Promise.all([freshMachine('rehearsal', 'example.org'), freshMachine('rehearsal-peer', 'example.net')]),
  );
  const source = online ? [] : ['--docker-source', 'distro'];
  const flags = ['--tier', 'custom', '--rooms', '20', ...source];
  if (online) await Promise.all([firstVps, secondVps].map(trustLocalAuthority));
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
  if (error instanceof WorldError && times.length === 0) {
    console.error(error.message);
    process.exit(1);
  }
  showTimes();
  console.error(`\nThe rehearsal failed: ${(error as Error).message}`);
  console.error('The machines are left as they are: npm run world -- shell rehearsal');
  process.exit(1);
}
if (!keep) await down();
