import { databaseWay } from '../backup/plan.ts';
import type { Change } from '../plan/change.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { backupBefore, type Upgrade, whyUntried } from '../plan/upgrade.ts';
import type { RenderedFile } from '../render/desired.ts';
import { type Component, componentOf, isTracked, PATHS, writtenCopy } from '../render/layout.ts';
import { differingFiles, lockedFor, lockedImages } from './compare.ts';

/** Where a file of the release that is to come waits. */
export const nextPath = (path: string): string => path.replace(PATHS.root, PATHS.nextRelease);

/** The mark that Synapse accepted a configuration, as a part of the release. */
const validatedMark = (digest: string): RenderedFile => ({
  path: `${PATHS.state}/homeserver.validated`,
  content: `${digest}\n`,
  mode: 0o644,
  owner: 'root',
});

/**
 * All that a release puts on the machine: its files, what of them is rendered (so that a later hand edit is told from it),
 * and the mark that Synapse accepted them.
 */
export const releaseFiles = (files: readonly RenderedFile[], digest: string): RenderedFile[] => [
  ...files,
  ...files
    .filter(({ path }) => isTracked(path))
    .map(
      ({ path, content, rendered = content }): RenderedFile => ({
        path: writtenCopy(path),
        content: rendered,
        mode: 0o600,
        owner: 'root',
      }),
    ),
  validatedMark(digest),
];

/**
 * Images of the release that are neither in place nor pulled beside it; undefined when all are locked for it. A tag that
 * stays the same keeps its digest.
 */
const unpulled = (
  { desired }: Goal,
  { imageLock, nextImages }: HostFacts,
): Partial<Record<Component, string>> | undefined => {
  const [present, next] = [lockedImages(imageLock), lockedImages(nextImages)];
  const components = [...new Set(desired.services.map(componentOf))];
  const open = components.filter((name) => !lockedFor(next[name], desired.images[name]));
  if (open.length === 0) return undefined;
  const missing = open.filter((name) => !lockedFor(present[name], desired.images[name]));
  return Object.fromEntries(missing.map((name) => [name, desired.images[name]]));
};

/** Whether the release waits beside what runs, whole and validated, with nothing else beside it. */
const isStaged = (files: readonly RenderedFile[], digest: string, host: HostFacts): boolean => {
  const wanted = releaseFiles(files, digest).map((file) => ({ ...file, path: nextPath(file.path) }));
  const paths = new Set([...wanted.map(({ path }) => path), `${PATHS.nextRelease}/.env`]);
  const others = Object.entries(host.files).some(
    ([path, { type }]) => type === 'file' && path.startsWith(`${PATHS.nextRelease}/`) && !paths.has(path),
  );
  return !others && differingFiles(wanted, host).length === 0;
};

/**
 * What can be done while the old release serves: images pulled, configuration validated by the new Synapse.
 * @param files the whole configuration of the release
 * @param digest what its validation stands for
 */
export const stageRelease = (
  upgrade: Upgrade,
  goal: Goal,
  files: readonly RenderedFile[],
  digest: string,
  host: HostFacts,
): Change[] => {
  const images = unpulled(goal, host);
  return [
    ...(images === undefined ? [] : [{ kind: 'pull-release', images } as const]),
    ...(isStaged(files, digest, host)
      ? []
      : [{ kind: 'stage-release', synapse: upgrade.to, files, digest } as const]),
  ];
};

/** The backup and a try on a copy, then the release that was staged in the place of the one that runs. */
export const switchRelease = (upgrade: Upgrade, goal: Goal, facts: Facts): Change[] => {
  const { changes: _, ...release } = upgrade;
  const planned = upgrade.withBackup ? backupBefore(facts) : undefined;
  // The preflight stops before; without a backup nothing may go on.
  if (planned !== undefined && 'problem' in planned) throw new Error(planned.problem.what);
  const { answers, passwordAgrees } = facts.host.database;
  return [
    // Processes that run keep their connections; those of the new release would get none.
    ...(answers && !passwordAgrees ? [{ kind: 'set-database-password' } as const] : []),
    ...(planned === undefined ? [] : [{ kind: 'back-up', plan: planned.plan } as const]),
    // A move of the database alone changes no schema.
    ...(upgrade.from !== upgrade.to && whyUntried(goal, facts) === undefined
      ? [{ kind: 'try-release', synapse: upgrade.to, database: databaseWay(facts.host) } as const]
      : []),
    { kind: 'switch-release', release },
    { kind: 'await-background-updates', database: databaseWay(facts.host) },
  ];
};
