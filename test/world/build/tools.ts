import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { built, hashOf, hashOfFolder } from '../cache.ts';
import { docker } from '../engine.ts';
import { paths } from '../paths.ts';
import { step } from '../progress.ts';
import { copyHostTrust } from './rootfs.ts';

const versions = { go: '1.26.6', caddy: 'v2.11.9', pebble: 'v2.10.1' } as const;

export interface Tools {
  caddy: string;
  pebble: string;
}

/** Caddy and pebble, built from their published modules by a Go that comes as a package too. */
export async function buildTools(base: string): Promise<Tools> {
  const source = join(paths.source, 'images', 'tools');
  const hash = hashOf(base, hashOfFolder(source), JSON.stringify(versions));
  const folder = await built('tools', hash, (target) =>
    step('Compiling Caddy and pebble', async () => {
      const context = mkdtempSync(join(paths.scratch, 'tools-'));
      try {
        copyFileSync(join(source, 'build.sh'), join(context, 'build.sh'));
        copyHostTrust(context);
        await docker([
          ...['run', '--rm', '--name', `build-tools-${process.pid}`, '--network', 'host'],
          ...['-v', `${context}:/mnt:ro`, '-v', `${target}:/srv`],
          ...[base, 'bash', '-eu', '/mnt/build.sh', versions.go, versions.caddy, versions.pebble],
        ]);
      } finally {
        rmSync(context, { recursive: true, force: true });
      }
    }),
  );
  return { caddy: join(folder, 'caddy'), pebble: join(folder, 'pebble') };
}
