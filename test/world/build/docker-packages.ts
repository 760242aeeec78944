import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, hashOf, hashOfFolder } from '../cache.ts';
import { docker } from '../engine.ts';
import { paths } from '../paths.ts';
import { step } from '../progress.ts';
import type { Release } from './rootfs.ts';

/** The newer release's programs run on the older one too, but for runc. */
const debs = {
  trixie: ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'containerd', 'runc'],
  bookworm: ['runc'],
} as const;

const source = join(paths.source, 'images', 'docker-packages');
const fingerprint = join(paths.config, 'docker-fingerprint');

/** The folder that download.docker.com serves in the world. */
export async function dockerPackages(bases: Readonly<Record<Release, string>>): Promise<string> {
  const hash = hashOf(bases.trixie, bases.bookworm, hashOfFolder(source), JSON.stringify(debs));
  const folder = await built('docker-packages', hash, (target) =>
    step('Packing the packages of download.docker.com', async () => {
      const inside = (release: Release, ...command: string[]) =>
        docker([
          ...['run', '--rm', '--name', `build-docker-packages-${process.pid}`, '--network', 'host'],
          ...['-v', `${source}:/mnt:ro`, '-v', `${target}:/srv`, bases[release], 'bash', '-eu', ...command],
        ]);
      for (const release of ['bookworm', 'trixie'] as const) {
        await inside(release, '/mnt/fetch.sh', release, ...debs[release]);
      }
      await inside('trixie', '/mnt/build.sh');
    }),
  );
  copyFileSync(join(folder, 'fingerprint'), fingerprint);
  return folder;
}

/** What a product is told that shall install from the world's repository: it is signed by another key than Docker's. */
export const dockerRepo = {
  url: 'https://download.docker.com/linux/debian',
  get fingerprint(): string {
    return readFileSync(fingerprint, 'utf8').trim();
  },
} as const;
