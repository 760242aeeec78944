import { apportion } from './apportion.ts';
import { COMFORTABLE_MIB } from './box.ts';
import { type Autotuning, type ProcessBudget, ROLES, type Role } from './budget.ts';
import { hasWork, type Rung } from './ladder.ts';
import type { Load } from './load.ts';
import {
  CACHE_MIB_PER_FACTOR,
  CACHE_WEIGHT,
  USERS_PER_WEIGHT_STEP,
  WEIGHT_STEPS_LIMIT,
  WITHOUT_CACHES_MIB,
} from './measured.ts';

/** A process that is to be given memory. */
export interface Process {
  readonly name: string;
  readonly role: Role;
}

/** `main`, then the rungs' workers in the order of ROLES, numbered within their role. */
export function processesOf(rungs: readonly Rung[]): Process[] {
  const workers = ROLES.flatMap((role) =>
    rungs
      .filter((rung) => rung.role === role)
      .map((_, index): Process => ({ name: `${role.replaceAll('_', '-')}-${index + 1}`, role })),
  );
  return [{ name: 'main', role: 'main' }, ...workers];
}

interface Pool {
  readonly min: number;
  readonly max: number;
}

/** As in the example of Synapse's manual (`database`). */
const USUAL: Pool = { min: 5, max: 10 };
/** Twisted's default, where each backend's MiB count. */
const SMALL: Pool = { min: 3, max: 5 };
const MIDDLE: Pool = { min: 4, max: 8 };

/** Pools by role; `main` has the manual's, the others are guesses by how many requests wait for the database at once. */
const POOLS: Readonly<Record<Role, Pool>> = {
  main: USUAL,
  federation_sender: SMALL,
  sync: USUAL,
  event_persister: USUAL,
  client_reader: USUAL,
  federation_reader: USUAL,
  media: SMALL,
  background: SMALL,
  stream_writer: MIDDLE,
  federation_inbound: MIDDLE,
  event_creator: MIDDLE,
};

const poolOf = (role: Role, boxMib: number): Pool => (boxMib >= COMFORTABLE_MIB ? POOLS[role] : SMALL);

/** Sum of `cp_max`. */
export const poolsOf = (processes: readonly Pick<ProcessBudget, 'poolMax'>[]): number =>
  processes.reduce((sum, { poolMax }) => sum + poolMax, 0);

/**
 * `caches.global_factor` that fits into the process's memory, in steps of 0.05 rounded down. Synapse's default
 * is 0.5; below 0.1 every request goes to the database, above 10 no operator reports a gain (guess).
 */
function cacheFactor(role: Role, mib: number): number {
  const factor = (mib - WITHOUT_CACHES_MIB[role]) / CACHE_MIB_PER_FACTOR;
  return Math.min(10, Math.max(0.1, Math.floor(factor * 20) / 20));
}

/** Below this evicting by memory would fight with what the process needs anyway. Guess. */
const AUTOTUNING_FROM_MIB = 512;

/**
 * A net below the factor, in case that its entries are larger than planned. The maximum leaves room for what
 * jemalloc does not see (Python's small objects) and for fragments; the parts are guesses. The three keys and
 * jemalloc: Synapse's manual, `cache_autotuning`; the image's start.py preloads it.
 */
const autotuning = (mib: number): Autotuning | undefined =>
  mib < AUTOTUNING_FROM_MIB ? undefined : { maximum: inSteps(mib * 0.8), target: inSteps(mib * 0.65) };

/** Down to a multiple of 16 MiB, so that one MiB more or less is not another configuration. */
const inSteps = (mib: number): number => Math.floor(mib / 16) * 16;

/** Cache weight of a role; more users mean more clients that sync and read. */
function weightOf(role: Role, users: number): number {
  const steps = Math.min(WEIGHT_STEPS_LIMIT, Math.floor(users / USERS_PER_WEIGHT_STEP));
  const extra = role === 'sync' ? 2 * steps : role === 'client_reader' ? steps : 0;
  return CACHE_WEIGHT[role] + extra;
}

/** The floor of every process, summed. MiB. */
export const floorOf = (processes: readonly Process[]): number =>
  processes.reduce((sum, { role }) => sum + WITHOUT_CACHES_MIB[role], 0);

/**
 * Divides Synapse's share. Every process has its floor, and the rest goes to their caches by weight; `main` has the
 * weight of everything that no worker took over. Sums to `mib`. Where even the floors do not fit (a very small
 * box, one process) the share is divided all the same.
 */
export function divide(
  mib: number,
  processes: readonly Process[],
  { users, federation }: Pick<Load, 'users' | 'federation'>,
  boxMib: number,
): ProcessBudget[] {
  const taken = new Set(processes.map(({ role }) => role));
  const left = ROLES.filter((role) => !taken.has(role) && hasWork(role, federation));
  const mains = left.reduce((sum, role) => sum + weightOf(role, users), weightOf('main', users));
  const weights = processes.map(({ role }) => (role === 'main' ? mains : weightOf(role, users)));
  const fits = floorOf(processes) <= mib;
  const parts = apportion(fits ? mib - floorOf(processes) : mib, weights);
  return processes.map(({ name, role }, index) => {
    const own = (parts[index] ?? 0) + (fits ? WITHOUT_CACHES_MIB[role] : 0);
    const tuning = autotuning(own);
    const pool = poolOf(role, boxMib);
    return {
      name,
      role,
      mib: own,
      cacheFactor: cacheFactor(role, own),
      ...(tuning && { autotuning: tuning }),
      poolMin: pool.min,
      poolMax: pool.max,
    };
  });
}
