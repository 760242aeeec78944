import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../cache.ts';
import { docker, tryDocker } from '../engine.ts';
import { paths } from '../paths.ts';
import { step } from '../progress.ts';
import { sh } from '../shell.ts';

export type Release = 'bookworm' | 'trixie';

/** What Debian's cloud images have and the product may lean on; nothing that it is supposed to install. */
const machinePackages = [
  ...[
    'systemd',
    'systemd-sysv',
    'dbus',
    'libpam-systemd',
    'openssh-server',
    'sudo',
    'ca-certificates',
    'curl',
  ],
  ...[
    'python3-minimal',
    'iproute2',
    'iputils-ping',
    'procps',
    'netbase',
    'less',
    'vim-tiny',
    'tzdata',
    'kmod',
  ],
];

/** Images leave documentation out, as the official ones' base does. */
const slim = ['doc', 'man', 'info', 'locale', 'lintian'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

export const imageBase = (release: Release) =>
  debian(`base-${release}`, release, [...slim, '--include=ca-certificates']);

export const machineBase = (release: Release) =>
  debian(`machine-base-${release}`, release, [`--include=${machinePackages.join(',')}`]);

/** A Debian made of its packages, with its usual sources, as an image of one layer. */
async function debian(name: string, release: Release, options: readonly string[]): Promise<string> {
  const tag = `world/${name}:${hashOf(release, ...options)}`;
  if ((await tryDocker(['image', 'inspect', tag])).exitCode === 0) return tag;
  return step(`Making Debian ${release} (${name})`, async () => {
    mkdirSync(paths.scratch, { recursive: true });
    const tar = join(paths.scratch, `${name}-${process.pid}.tar`);
    const fast = '--dpkgopt=force-unsafe-io';
    // Its mounts are below our folder, where they are found again if it is killed.
    const env = { TMPDIR: paths.scratch };
    await sh('mmdebstrap', ['--mode=root', '--variant=minbase', fast, ...options, release, tar], { env });
    await docker(['import', tar, tag]);
    rmSync(tar);
    return tag;
  });
}

/** Downloads of a build must trust what this machine trusts, also where it has authorities of its own. */
export function copyHostTrust(folder: string): void {
  copyFileSync(
    process.env.SSL_CERT_FILE || '/etc/ssl/certs/ca-certificates.crt',
    join(folder, 'host-ca.pem'),
  );
}
