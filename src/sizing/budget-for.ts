import type { Answers, ModerationBot } from '../answers/answers.ts';
import { advice, presenceFits, remoteRoomComplexity } from './advice.ts';
import { type Box, boxFor } from './box.ts';
import type { Budget } from './budget.ts';
import { diskForecast, diskNotes } from './disk.ts';
import { FLOOR_MIB, type TooSmall, tooSmall } from './floor.ts';
import { rungsAskedFor, rungsCarried } from './ladder.ts';
import { layoutText } from './layout.ts';
import { linesOf, withBot } from './lines.ts';
import { type LoadInput, loadOf } from './load.ts';
import { BOT_MIB } from './measured.ts';
import { postgresSettings } from './postgres.ts';
import { divide, poolsOf, processesOf } from './processes.ts';
import { type DatabasePlace, sharesOf } from './shares.ts';

export interface SizingInput extends LoadInput, Pick<Answers, 'tier'> {
  readonly moderation?: ModerationBot | 'none';
  /** The machine as found; undefined when there is none to look at. */
  readonly box?: Box;
  /** Default: here. */
  readonly database?: DatabasePlace;
}

/** A plan, or the reason why there is none. */
export type Sizing = { readonly ok: true; readonly budget: Budget } | TooSmall;

/**
 * Divides the box among everything that runs on it: one memory budget whose lines sum to the box. Pure; never
 * throws: a box below the floor is a result. Facts beat the tier's name; differences and assumptions are in `notes`.
 */
export function budgetFor({
  tier,
  box: found,
  database = 'here',
  moderation = 'none',
  ...input
}: SizingInput): Sizing {
  const load = loadOf(input);
  const { box, notes } = boxFor(tier, found);
  const whole = Math.floor(box.memoryMib);
  // A bot takes what it takes; the rest is divided as if it were the box.
  const bot = moderation === 'none' ? 0 : BOT_MIB;
  const memory = whole - bot;
  if (memory < FLOOR_MIB) {
    return tooSmall(
      whole,
      FLOOR_MIB + bot,
      'Below that Synapse, Postgres and the system do not fit together, whatever the settings.',
    );
  }
  const asked = rungsAskedFor(load.work, load.federation);
  const carried = rungsCarried(asked, { ...box, memoryMib: memory });
  const planned = processesOf(carried);
  const shares = sharesOf(memory, planned, load, database);
  const processes = divide(shares.synapse, planned, load, memory);
  const { vcpus, diskGib } = box;
  const postgres =
    database === 'here'
      ? postgresSettings({ mib: shares.postgres, pools: poolsOf(processes), vcpus, diskGib })
      : undefined;
  // Where no other server is talked to, there are no rooms of theirs to join.
  const complexity = load.federation === 'closed' ? undefined : remoteRoomComplexity(memory);
  const disk = diskForecast(load, processes.length, diskGib, postgres);
  return {
    ok: true,
    budget: {
      box: whole,
      vcpus,
      lines: withBot(linesOf(memory, shares, processes, load, database), bot),
      processes,
      layout: layoutText(load, asked, carried, box),
      ...(postgres && { postgres }),
      redis: shares.redis,
      diskForecast: disk,
      ...(complexity === undefined ? {} : { remoteRoomComplexity: complexity }),
      presence: presenceFits(memory),
      notes: [...notes, ...advice({ box, load, asked, shares, database, complexity }), ...diskNotes(disk)],
    },
  };
}
