import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorldError } from './errors.ts';
import { cache, paths, run } from './paths.ts';
import { runs } from './processes.ts';

const file = join(run, 'world.json');

interface State {
  cache: string;
  /** Folders outside ours that the engine makes and does not remove. */
  borrowed: string[];
}

const isThere = (folder: string) => existsSync(folder);

function load(): State | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State;
  } catch {
    return undefined;
  }
}

/** Called before the engine starts for the first time: what is not there yet will be ours to take away. */
export function rememberWorld(): void {
  if (load() !== undefined) return;
  mkdirSync(run, { recursive: true });
  const borrowed = ['/run/docker', '/run/containerd'].filter((folder) => !isThere(folder));
  writeFileSync(file, JSON.stringify({ cache, borrowed } satisfies State));
}

/** The end of `down`: nothing of this run is on record any more. */
export function forgetWorld(): void {
  for (const folder of load()?.borrowed ?? []) rmSync(folder, { recursive: true, force: true });
  rmSync(run, { recursive: true, force: true });
}

/** A machine has room for one world: its bridge and its addresses are the same for every cache. */
export function refuseOtherWorld(): void {
  const owner = load()?.cache;
  if (owner === undefined || owner === cache || !runs('engine')) return;
  throw new WorldError(
    `A world of another cache (${owner}) is up. Take it down first: \`down\` with XDG_CACHE_HOME as it was then.`,
  );
}

export function requireWorld(): void {
  if (existsSync(join(paths.trust, 'bundle.pem')) && runs('engine')) return;
  throw new WorldError('The world is down: `node test/world/cli.ts up` starts it.');
}
