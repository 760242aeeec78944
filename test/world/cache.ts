import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from './paths.ts';

/** Says what something is made of; equal parts mean that it need not be made again. */
export function hashOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

/** The same for all files of one flat folder. */
export function hashOfFolder(folder: string): string {
  const names = readdirSync(folder).sort();
  return hashOf(...names.flatMap((name) => [name, readFileSync(join(folder, name))]));
}

/**
 * The folder that holds what `make` makes. It gets its final name only when it is complete, so a build that was
 * killed leaves nothing that a later one would take for finished.
 */
export async function built(
  name: string,
  hash: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(paths.built, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await make(partial);
  renameSync(partial, folder);
  return folder;
}
