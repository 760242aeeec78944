import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { WorldError } from './errors.ts';
import { step } from './progress.ts';
import { attempt, sh } from './shell.ts';

/** A program that must be there, and the package that brings it. */
const needed: readonly (readonly [program: string, ...packages: string[]])[] = [
  ['dockerd', 'docker.io'],
  ['docker', 'docker-cli'],
  ['mmdebstrap', 'mmdebstrap', 'debian-archive-keyring'],
  ['dnsmasq', 'dnsmasq-base'],
  ['docker-registry', 'docker-registry'],
  ['iptables', 'iptables'],
  ['ip', 'iproute2'],
  ['openssl', 'openssl'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['curl', 'curl'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['mount', 'mount'],
  ['tmux', 'tmux'],
  ['zsh', 'zsh'],
  ['fish', 'fish'],
];

const policy = '/usr/sbin/policy-rc.d';
const places = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const isThere = (program: string) => places.some((folder) => existsSync(`${folder}/${program}`));

export function requireRootOnDebian(): void {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // Not a system that says what it is: the sentence below covers it.
  }
  const isDebian = /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
  if (isDebian && process.getuid?.() === 0) return;
  throw new WorldError(
    'The world needs root on Debian or Ubuntu, because it makes network namespaces, mounts and containers; ' +
      'everything that is only computed can be tried anywhere with `matrix-bastion plan`.',
  );
}

export async function installMissing(): Promise<void> {
  const missing = needed.filter(([program]) => !isThere(program));
  const packages = new Set(missing.flatMap(([, ...names]) => names));
  if (!existsSync('/usr/share/keyrings/debian-archive-keyring.gpg')) packages.add('debian-archive-keyring');
  if (!existsSync('/etc/ssl/certs/ca-certificates.crt')) packages.add('ca-certificates');
  if (packages.size === 0) return;
  await step(`Installing ${[...packages].join(', ')}`, async () => {
    await sh('apt-get', ['update', '-q'], aptOptions);
    // Debian 12 has the client in docker.io itself, Debian 13 in a package of its own.
    const known = await sh('apt-cache', ['pkgnames'], aptOptions);
    const names = new Set(known.split('\n'));
    const wanted = [...packages].filter((name) => names.has(name) || name !== 'docker-cli');
    await withoutStartingServices(() =>
      sh('apt-get', ['install', '-yq', '--no-install-recommends', ...wanted], aptOptions),
    );
  });
  const still = needed.filter(([program]) => !isThere(program));
  if (still.length > 0) {
    throw new WorldError(
      `${still.map(([program]) => program).join(', ')} is still missing: install it by hand.`,
    );
  }
}

const aptOptions = {
  env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l', UCF_FORCE_CONFFOLD: '1' },
};

/** The world runs its own engine and registry by hand; the ones that packages would start stay off. */
async function withoutStartingServices(install: () => Promise<unknown>): Promise<void> {
  const ours = !existsSync(policy);
  if (ours) {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n');
    chmodSync(policy, 0o755);
  }
  try {
    await install();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
  if (existsSync('/run/systemd/system')) {
    const units = ['docker.service', 'docker.socket', 'docker-registry.service', 'containerd.service'];
    await attempt('systemctl', ['disable', '--now', ...units]);
  }
}
