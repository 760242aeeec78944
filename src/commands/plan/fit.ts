import type { Box } from '../../sizing/box.ts';
import type { Budget } from '../../sizing/budget.ts';
import { rungsAskedFor, rungsCarried } from '../../sizing/ladder.ts';
import { type LoadInput, loadOf } from '../../sizing/load.ts';
import { postgresDemand } from '../../sizing/shares.ts';
import { mibOf } from './budget.ts';
import { oneDecimal } from './units.ts';

/** Whether a box carries what the rooms ask for. */
export interface Fit {
  /** Where it falls short, as parts of a sentence; none when it fits. */
  readonly short: readonly string[];
  /** It fits when Postgres moves to a machine of its own: the budget's advice, a whole sentence. */
  readonly databaseApart?: string;
}

/** The budget's advice to move the database (sizing/advice). */
const apartAdvice = ({ notes }: Budget): string | undefined =>
  notes.find((note) => note.startsWith('Postgres should move'));

/** Judges by the same demands that the budget is made from: workers, Postgres's share, disk. Pure. */
export function fitOf(budget: Budget, box: Box, input: LoadInput): Fit {
  const load = loadOf(input);
  const databaseApart = apartAdvice(budget);
  const asked = rungsAskedFor(load.work, load.federation);
  const next = asked[rungsCarried(asked, box).length];
  const demand = Math.ceil(postgresDemand(load));
  const share = mibOf(budget, 'postgres');
  const { afterAYear, disk } = budget.diskForecast;
  const short = [
    next &&
      `the rooms ask for ${asked.length} workers, and the first that it cannot carry (${next.role}) needs ${next.vcpus} vCPU and ${next.mib} MiB of RAM`,
    budget.postgres !== undefined &&
      databaseApart === undefined &&
      share < demand &&
      `Postgres gets ${share} of the ${demand} MiB that the rooms ask for`,
    afterAYear > disk &&
      `the disk has ${oneDecimal(disk)} GB, and ${oneDecimal(afterAYear)} GB are expected after a year`,
  ].filter((part) => part !== false && part !== undefined);
  return { short, ...(databaseApart !== undefined && { databaseApart }) };
}
