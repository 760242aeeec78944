import type { Results } from './results.ts';
import { type Over, type Watched, watchedRun } from './run.ts';
import type { Way } from './ways.ts';

/** What is swept: a run, its operations in order, and how it is known that a later run has put everything right. */
export interface Course {
  readonly points: readonly string[];
  /** Makes everything as it is before a run that comes to this point. */
  begin(point: string): Promise<Watched>;
  /** What is wrong after a run that came to its end; undefined when nothing is. */
  judge(watched: Watched, about: string): Promise<string | undefined>;
}

interface Leg {
  /** Where runs were ended, one after another; none when the first was over before it came to its point. */
  readonly ended: readonly string[];
  readonly last: Over;
}

/** Ends up to `ends` runs one after another, each at the next of `open` that it comes to, and lets the last come to its end. */
const walk = async (run: Watched, way: Way, open: readonly string[], ends: number): Promise<Leg> => {
  const ended: string[] = [];
  while (ended.length < ends) {
    const at = ended.length === 0 ? open : open.slice(open.indexOf(ended.at(-1) ?? '') + 1);
    const over = await watchedRun(run, { way, at: new Set(at.slice(0, ends)) });
    ended.push(...over.endedAt);
    if (over.endedAt.length === 0 || over.exitCode === 0) return { ended, last: over };
    for (const point of over.endedAt) console.log(`${new Date().toISOString()} ${way} ended at ${point}`);
  }
  return { ended, last: await watchedRun(run) };
};

/**
 * Ends runs at every point that has not come out well yet, a leg by each way in turn.
 * @param ends how many are ended one after another before one is let come to its end
 */
export const sweepWays = async (
  course: Course,
  ways: readonly Way[],
  results: Results,
  ends: number,
): Promise<void> => {
  console.log(`${course.points.length} operations, ended by ${ways.join(', ')}`);
  const open = new Map(ways.map((way) => [way, results.left(way, course.points)]));
  while ([...open.values()].some((points) => points.length > 0)) {
    for (const [way, points] of open) {
      if (points.length === 0) continue;
      const told = await sweepLeg(course, way, points, results, ends);
      open.set(
        way,
        points.filter((point) => !told.includes(point)),
      );
    }
  }
};

/** @returns the points that something is known of now */
const sweepLeg = async (
  course: Course,
  way: Way,
  open: readonly string[],
  results: Results,
  ends: number,
): Promise<readonly string[]> => {
  const first = open[0] ?? '';
  const run = await course.begin(first);
  const { ended, last } = await walk(run, way, open, ends);
  const told = ended.length > 0 ? ended : [first];
  const why =
    last.exitCode === 0
      ? await course.judge(run, `${way} ${told.at(-1)}`).catch((error: Error) => error.message)
      : `the run after the last end ended with ${last.exitCode}:\n${last.text}`;
  const good = ended.length > 0 ? 'converged' : 'not reached';
  for (const point of told)
    results.add({
      way,
      point,
      outcome: why === undefined ? good : 'failed',
      ...(why !== undefined && { why }),
    });
  return told;
};
