import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, run } from './paths.ts';
import { runs } from './processes.ts';

const file = join(run, 'cache');

export function rememberWorld(): void {
  mkdirSync(run, { recursive: true });
  writeFileSync(file, cache);
}

/** A machine has room for one world: its bridge and its addresses are the same for every cache. */
export function otherWorld(): string | undefined {
  try {
    const owner = readFileSync(file, 'utf8');
    return owner !== cache && runs('engine') ? owner : undefined;
  } catch {
    return undefined;
  }
}
