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
    // The first is the one that all was made ready for.
    const at = ended.length === 0 ? open.slice(0, 1) : open.slice(open.indexOf(ended.at(-1) ?? '') + 1);
    const over = await watchedRun(run, { way, at: new Set(at) });
    if (over.endedAt === undefined || over.exitCode === 0) {
      if (over.endedAt !== undefined) ended.push(over.endedAt);
      return { ended, last: over };
    }
    ended.push(over.endedAt);
    console.log(`${new Date().toISOString()} ${way} ended at ${over.endedAt}`);
  }
  return { ended, last: await watchedRun(run) };
};

/**
 * Ends runs at every point that has not come out well yet.
 * @param ends how many are ended one after another before one is let come to its end
 */
export const sweepWays = async (
  course: Course,
  ways: readonly Way[],
  results: Results,
  ends: number,
): Promise<void> => {
  console.log(`${course.points.length} operations, ended by ${ways.join(', ')}`);
  for (const way of ways) {
    for (let open = results.left(way, course.points); open.length > 0; ) {
      const first = open[0] ?? '';
      const run = await course.begin(first);
      const { ended, last } = await walk(run, way, open, ends);
      const reached = ended.length > 0 ? 'converged' : 'not reached';
      const told = ended.length > 0 ? ended : [first];
      const why =
        last.exitCode === 0
          ? await course.judge(run, `${way} ${told.at(-1)}`).catch((error: Error) => error.message)
          : `the run after the last end ended with ${last.exitCode}:\n${last.text}`;
      for (const point of told)
        results.add({
          way,
          point,
          outcome: why === undefined ? reached : 'failed',
          ...(why !== undefined && { why }),
        });
      open = open.filter((point) => !told.includes(point));
    }
  }
};
