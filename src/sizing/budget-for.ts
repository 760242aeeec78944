import type { Answers } from '../answers/answers.ts';
import { advice, COMFORTABLE_MIB, presenceFits, remoteRoomComplexity } from './advice.ts';
import { type Box, boxFor } from './box.ts';
import type { Budget, ProcessBudget } from './budget.ts';
import { postgresSettings } from './postgres.ts';
import { linesOf, sharesOf } from './shares.ts';

/** MiB below which no plan is made. A VPS sold as 1 GB shows some 950. */
export const FLOOR_MIB = 900;

export interface SizingInput extends Pick<Answers, 'tier' | 'rooms'> {
  /** The machine as found; undefined when there is none to look at. */
  readonly box?: Box;
}

/** A plan, or the reason why there is none: less RAM than Synapse, Postgres and the system need. */
export type Sizing =
  | { readonly ok: true; readonly budget: Budget }
  | { readonly ok: false; readonly what: string; readonly why: string; readonly floorMib: number };

/** Bytes of cache that `global_factor: 1` fills, in MiB. Guess, to be measured under load. */
const CACHE_MIB_PER_FACTOR = 600;
/** What Synapse takes beside its caches: 129 MiB idle (measured), and requests in flight (guess). */
const WITHOUT_CACHES_MIB = 250;

/**
 * `caches.global_factor` that fits into the process's memory, in steps of 0.05 rounded down. Synapse's default
 * is 0.5; below 0.1 every request goes to the database, above 10 no operator reports a gain (guess).
 */
function cacheFactor(mib: number): number {
  const factor = (mib - WITHOUT_CACHES_MIB) / CACHE_MIB_PER_FACTOR;
  return Math.min(10, Math.max(0.1, Math.floor(factor * 20) / 20));
}

/** Pool sizes: 5/10 as in the example of Synapse's manual (`database`); Twisted's default 3/5 where each backend's 5–10 MiB count. */
function mainProcess(mib: number, box: Box): ProcessBudget {
  const roomy = box.memoryMib >= COMFORTABLE_MIB;
  return {
    name: 'main',
    mib,
    cacheFactor: cacheFactor(mib),
    poolMin: roomy ? 5 : 3,
    poolMax: roomy ? 10 : 5,
  };
}

/**
 * Divides the box among everything that runs on it: one memory budget whose lines sum to the box. Pure; never
 * throws: a box below the floor is a result. Facts beat the tier's name; differences and assumptions are in `notes`.
 */
export function budgetFor({ tier, rooms, box: found }: SizingInput): Sizing {
  const { box, notes } = boxFor(tier, found);
  const memory = Math.floor(box.memoryMib);
  if (memory < FLOOR_MIB) {
    return {
      ok: false,
      what: `The machine has ${memory} MiB of RAM; ${FLOOR_MIB} MiB are the least.`,
      why: 'Below that Synapse, Postgres and the system do not fit together, whatever the settings.',
      floorMib: FLOOR_MIB,
    };
  }
  const shares = sharesOf(memory, rooms);
  const main = mainProcess(shares.synapse, box);
  const complexity = remoteRoomComplexity(memory);
  return {
    ok: true,
    budget: {
      box: memory,
      vcpus: box.vcpus,
      lines: linesOf(memory, shares),
      processes: [main],
      postgres: postgresSettings({ mib: shares.postgres, pools: main.poolMax, diskGib: box.diskGib }),
      redis: shares.redis,
      ...(complexity === undefined ? {} : { remoteRoomComplexity: complexity }),
      presence: presenceFits(memory),
      notes: [...notes, ...advice(box, rooms)],
    },
  };
}
