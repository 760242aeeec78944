import { Upgrading } from '../e2e/upgrade/upgrading.ts';
import { SMALL_DISTRO } from '../e2e/variants/fresh.ts';
import { BIN, initArguments } from '../support/product.ts';
import type { Vps } from '../world/index.ts';
import { type Course, sweepWays } from './legs.ts';
import { points } from './operations.ts';
import { Results } from './results.ts';
import { type Watched, watchedRun } from './run.ts';
import { Stages } from './stages.ts';
import { difference, stateOf } from './tree.ts';
import { WAYS, type Way } from './ways.ts';

const NAME = 'sw-install';
const DOMAIN = 'sw-install.test';

/** A run that nothing ended: what every other one is compared with. */
interface Reference {
  readonly ip: string;
  /** In order, each with the stage to begin from: the last one before it. */
  readonly points: readonly { readonly point: string; readonly stage: number }[];
  readonly ends: readonly string[];
  readonly state: readonly string[];
}

const runOn = (vps: Vps): Watched => ({
  vps,
  domain: DOMAIN,
  argv: [process.execPath, BIN, ...initArguments({ vps, domain: DOMAIN, flags: SMALL_DISTRO })],
});

const stages = new Stages(NAME, DOMAIN);

const isChange = (operation: string): boolean => /^[a-z-]+: /.test(operation) && !/ ran\)$/.test(operation);
const stepOf = (change: string): string => change.slice(0, change.indexOf(':'));

/** Steps before which a stage is kept; the others take seconds. */
const STAGED: ReadonlySet<string> = new Set(['homeserver', 'database', 'well-known']);

/** A stage is kept before the first change of a step, and when the images are there: what takes long lies between. */
const opensStage = (change: string, last: string | undefined): boolean =>
  last !== undefined &&
  ((stepOf(change) !== stepOf(last) && STAGED.has(stepOf(change))) || last.includes(' pull and lock '));

/** What each stage is kept after; the first one is kept before anything. */
const stageEnds = (operations: readonly string[]): string[] => {
  const changes = operations.filter(isChange);
  return changes
    .filter((change, index) => opensStage(change, changes[index - 1]))
    .map(
      (change) =>
        operations.slice(0, operations.indexOf(change)).findLast((one) => !one.startsWith('job ')) ?? '',
    );
};

const makeReference = async (): Promise<Reference> => {
  const vps = await stages.fresh();
  await stages.keep(0, vps);
  const whole = await watchedRun(runOn(vps));
  if (whole.exitCode !== 0) throw new Error(`the uninterrupted installation failed:\n${whole.text}`);
  const state = await stateOf(vps);
  const ends = stageEnds(whole.operations);
  const stageOf = (point: string): number =>
    ends.filter((end) => whole.operations.indexOf(end) < whole.operations.indexOf(point)).length;
  return {
    ip: vps.ip,
    points: points(whole.operations).map((point) => ({ point, stage: stageOf(point) })),
    ends,
    state,
  };
};

/** Each stage is where the program was killed when the last operation before it was over. */
const makeStages = async ({ ip, ends }: Reference): Promise<void> => {
  const vps = await stages.restore(0, ip);
  for (const [index, end] of ends.entries()) {
    const over = await watchedRun(runOn(vps), { way: 'kill', at: new Set([end]) });
    if (over.endedAt.length === 0) throw new Error(`no stage after ${end}:\n${over.text}`);
    await stages.keep(index + 1, vps);
  }
};

/**
 * Ends a first installation at every recorded operation, from the last stage before it, and goes on.
 * @param ends how many runs are ended on one machine before one is let come to its end
 */
export const sweepInstall = async (ways: readonly Way[], again: boolean, ends: number): Promise<Results> => {
  const results = new Results('install');
  if (again) results.forget();
  let reference = again ? undefined : results.kept<Reference>('reference');
  if (reference === undefined || !stages.areKept(reference.ends.length + 1)) {
    reference = await makeReference();
    results.keep('reference', reference);
    await makeStages(reference);
  }
  const { ip, state } = reference;
  const stageOf = new Map(reference.points.map(({ point, stage }) => [point, stage]));
  const course: Course = {
    points: [...stageOf.keys()],
    begin: async (point) => runOn(await stages.restore(stageOf.get(point) ?? 0, ip)),
    async judge({ vps }) {
      const differs = difference(state, await stateOf(vps));
      if (differs !== undefined) return `the tree differs: ${differs}`;
      const { heard } = await new Upgrading(vps, DOMAIN).talk('it serves');
      return heard.join() === 'it serves' ? undefined : `heard: ${heard.join(', ')}`;
    },
  };
  await sweepWays(course, ways, results, ends);
  if (WAYS.every((way) => results.left(way, course.points).length === 0))
    await stages.forget(reference.ends.length + 1);
  return results;
};
