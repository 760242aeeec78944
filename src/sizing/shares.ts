import type { Load } from './load.ts';
import {
  CACHE_MIB_PER_ROOM,
  CACHE_MIB_PER_USER,
  COMFORT_MIB,
  JOIN_BASE_MIB,
  JOIN_MIB_PER_MEMBER,
  MAIN_COMFORT_MIB,
  POSTGRES_BASE_MIB,
  POSTGRES_LIMIT_MIB,
  POSTGRES_MIB_PER_ROOM,
} from './measured.ts';
import { floorOf, type Process } from './processes.ts';

/** Where Postgres runs: on this box, or on one of its own. */
export type DatabasePlace = 'here' | 'elsewhere';

/**
 * How the box is divided. Every share grows with the box and with the rooms (or stays), so that more of either
 * never means less for anybody; the three ceilings sum to no more than the rest of the box, so the sum always fits.
 */
export interface Shares {
  readonly system: number;
  readonly caddy: number;
  readonly redis: number;
  readonly reserve: number;
  readonly postgres: number;
  readonly synapse: number;
  /** What Postgres could have at most on this box. */
  readonly postgresCeiling: number;
}

interface Ceilings {
  /** Parts of what the fixed lines and the reserve leave. */
  readonly synapse: number;
  readonly postgres: number;
  /** The main process's part of a small box before any room asks for it. */
  readonly main: number;
  /** How much of its comfort a process has before any room asks for it. */
  readonly comfort: number;
}

/** Without Postgres most of its part goes to Synapse, and some to the page cache, which media are read through. */
const CEILINGS: Readonly<Record<DatabasePlace, Ceilings>> = {
  here: { synapse: 0.45 / 0.85, postgres: 0.4 / 0.85, main: 0.3, comfort: 1 },
  elsewhere: { synapse: 0.7 / 0.85, postgres: 0, main: 0.45, comfort: 1.5 },
};

/** The reserve's part of the rest, and how far a large room may raise it. */
const RESERVE = { usual: 0.15, most: 0.25 } as const;
/** The usual reserve needs no more on large boxes. Guess. */
const RESERVE_LIMIT_MIB = 4096;

/** No main process that does everything, and no worker, puts more to use: Python's single thread is busy before. Guess. */
const MAIN_LIMIT_MIB = 8192;
const WORKER_LIMIT_MIB = 2048;

/** Postgres gets this much of a large box whatever the rooms: cached tables are the cheapest speed. Guess. */
const POSTGRES_ALWAYS_MIB = 8192;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** MiB that the state resolution of joining a room takes for a short while. */
export const joinBurst = (members: number): number => JOIN_BASE_MIB + JOIN_MIB_PER_MEMBER * members;

/** MiB that the rooms ask for as Postgres's share. */
export const postgresDemand = ({ work }: Pick<Load, 'work'>): number =>
  Math.min(POSTGRES_LIMIT_MIB, POSTGRES_BASE_MIB + POSTGRES_MIB_PER_ROOM * work);

/** MiB that Synapse's processes ask for: what they take in any case, and caches for the rooms and users. */
const synapseDemand = (processes: readonly Process[], { work, users }: Load): number =>
  floorOf(processes) + 50 + CACHE_MIB_PER_ROOM * work + CACHE_MIB_PER_USER * users;

/** What the workers should have on top of the main process, where the box has it. */
const workersComfort = (processes: readonly Process[]): number =>
  processes.reduce((sum, { role }) => sum + (role === 'main' ? 0 : COMFORT_MIB[role]), 0);

/** Divides `box` MiB among what runs on it; whole MiB, rounded down. */
export function sharesOf(
  box: number,
  processes: readonly Process[],
  load: Load,
  database: DatabasePlace,
): Shares {
  const ceilings = CEILINGS[database];
  const system = 250 + box * 0.02;
  const caddy = clamp(box / 64, 56, 256);
  const redis = clamp(box / 128, 16, 256);
  // Rounded only at the end: a rest of rounded lines would shrink by a MiB here and there as the box grows.
  const rest = box - system - caddy - redis;
  const burst = load.largestRoom === 0 ? 0 : joinBurst(load.largestRoom);
  const reserveCeiling = clamp(burst, RESERVE.usual * rest, RESERVE.most * rest);
  const others = rest - reserveCeiling;
  const synapseLimit = MAIN_LIMIT_MIB + WORKER_LIMIT_MIB * (processes.length - 1);
  const synapseLeast =
    Math.min(ceilings.main * rest, ceilings.comfort * MAIN_COMFORT_MIB) +
    ceilings.comfort * workersComfort(processes);
  const postgresCeiling = ceilings.postgres * others;
  return {
    system: Math.floor(system),
    caddy: Math.floor(caddy),
    redis: Math.floor(redis),
    reserve: Math.floor(Math.min(reserveCeiling, Math.max(RESERVE_LIMIT_MIB, burst))),
    postgres: Math.floor(Math.min(postgresCeiling, Math.max(POSTGRES_ALWAYS_MIB, postgresDemand(load)))),
    synapse: Math.floor(
      Math.min(
        ceilings.synapse * others,
        synapseLimit,
        Math.max(synapseLeast, synapseDemand(processes, load)),
      ),
    ),
    postgresCeiling,
  };
}
