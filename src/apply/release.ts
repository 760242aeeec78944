import { backupFailed } from '../backup/failed.ts';
import { databaseWay } from '../backup/plan.ts';
import { Failure } from '../errors.ts';
import { HEALTH_CHECK } from '../host/health-check.ts';
import type { TreeEntry } from '../host/host.ts';
import type { ChangeOf, ReleaseSwitch } from '../plan/change.ts';
import type { MoveLook, SchemaSeen, UpgradeLook } from '../plan/facts.ts';
import type { WayBack } from '../plan/rollback.ts';
import { UPGRADE_BACKUP } from '../plan/upgrade.ts';
import { switchWords } from '../releases/words.ts';
import { COMPONENTS, PATHS, RELEASE_UNIT, UID } from '../render/layout.ts';
import { lockedFor, lockedImages } from '../steps/compare.ts';
import { nextPath, releaseFiles } from '../steps/release.ts';
import { makeBackup, postgresClient } from './backup.ts';
import { newCluster } from './database.ts';
import { keepReplaced, keepYours, treeEntry } from './files.ts';
import { lockText, pulledImages, readLock } from './images.ts';
import { lookAtBackup } from './look-at-backup.ts';
import { type LookHands, lookInDatabase } from './look-in-database.ts';
import { readBackup } from './restore.ts';
import { commandFailure, jobOrFail, marked, runOrFail, script } from './script.ts';
import { acceptedBySynapse } from './synapse-config.ts';
import type { Hands, Outcome, Tools } from './tools.ts';
import { upgradeFailure } from './upgrade-failure.ts';

/** As long as a first start may take; a migration of the schema may take longer than that. Guess. */
const ANSWERS_LIMIT_SECONDS = 900;
/** Background updates of a large database may take hours, and each says how far it is: without a word for so long, it is left alone. Guess. */
const PATIENCE_SECONDS = 600;

const folder = (path: string) => ({ path, type: 'directory', mode: 0o755, ...UID.root }) as const;

/** Pulled beside what runs: the lock file of the present release stays as it is. */
export const pullRelease = async ({ images }: ChangeOf<'pull-release'>, tools: Tools): Promise<Outcome> => {
  const pulled = await pulledImages(images, tools);
  const present = lockedImages(await readLock(tools));
  const next = lockedImages((await tools.host.run(`cat ${PATHS.nextRelease}/.env`)).stdout);
  const locked = COMPONENTS.map((name) => {
    const waiting = lockedFor(next[name], tools.goal.desired.images[name]) ? next[name] : undefined;
    return [name, pulled[name] ?? waiting ?? present[name]];
  });
  await tools.host.putTree([
    folder(PATHS.upgrade),
    folder(PATHS.nextRelease),
    {
      path: `${PATHS.nextRelease}/.env`,
      type: 'file',
      content: lockText(Object.fromEntries(locked)),
      mode: 0o644,
      ...UID.root,
    },
  ]);
  return 'done';
};

const foldersOf = (paths: readonly string[], root: string): string[] => {
  const found = new Set<string>();
  for (const path of paths)
    for (
      let at = path.slice(0, path.lastIndexOf('/'));
      at.length > root.length;
      at = at.slice(0, at.lastIndexOf('/'))
    )
      found.add(at);
  return [...found].sort();
};

/** Staged whole in a folder of its own, judged there by the new image, and only then what a switch would put in place. */
export const stageRelease = async (
  { synapse, files, digest }: ChangeOf<'stage-release'>,
  tools: Tools,
): Promise<Outcome> => {
  tools.progress(`Synapse ${synapse} validates the new configuration`);
  const next = PATHS.nextRelease;
  const draft = `${next}.new`;
  const draftPath = (path: string) => nextPath(path).replace(next, draft);
  const unit = releaseFiles(files, digest);
  await tools.host.run(`rm -rf ${draft}`);
  await tools.host.putTree(
    [
      folder(draft),
      ...foldersOf(
        unit.map(({ path }) => draftPath(path)),
        draft,
      ).map(folder),
      folder(draftPath(PATHS.workers)),
      ...unit.map((file) => treeEntry(file, draftPath(file.path))),
    ].filter(({ path }, index, all) => all.findIndex((entry) => entry.path === path) === index),
  );
  const { stdout } = await tools.host.run(`sed -n 's/^SYNAPSE_IMAGE=//p' ${next}/.env`);
  await acceptedBySynapse(stdout.trim(), draftPath(PATHS.synapseConfig), tools).catch(async (error) => {
    await tools.host.run(`rm -rf ${draft}`);
    throw error;
  });
  await runOrFail(
    tools,
    `mv ${next}/.env ${draft}/.env && rm -rf ${next} && mv -T ${draft} ${next} && sync -f ${next}`,
    commandFailure(
      'MB-HOST-WRITE',
      'The new release could not be put beside the one that runs.',
      [`Check the disk of ${PATHS.state}, then run this again.`],
      'The running server keeps its release.',
    ),
  );
  return 'done';
};

/** Proved before it counts, as every backup; without one nothing goes on. */
export const backUp = async ({ plan }: ChangeOf<'back-up'>, tools: Tools): Promise<Outcome> => {
  await tools.host.putTree([folder(PATHS.upgrade)]);
  try {
    const { file, rows } = await makeBackup(plan, tools, tools.version);
    tools.progress(`backed up to ${file}, ${rows} rows counted`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const place = `The upgrade was not begun: the old release serves, and ${plan.destination.folder} has no new backup.`;
    throw new Failure(
      {
        ...error.text,
        safe: `${error.text.safe ?? backupFailed(undefined).safe} ${place}`,
      },
      error.exitCode,
    );
  }
  return 'done';
};

type SwitchScript = Omit<ReleaseSwitch, 'withBackup'> & {
  readonly action: 'switch' | 'resume' | 'back';
  /** File; empty without one. */
  readonly backup: string;
};

const RESUME_UNIT = 'matrix-bastion-upgrade.service';

/** The work of templates/scripts/upgrade.sh. */
const upgradeScript = (
  tools: Pick<Hands, 'scripts'>,
  { action, from, to, schema, reversible, backup, postgres }: SwitchScript,
): string =>
  [
    HEALTH_CHECK,
    // Its image is read where it is needed: that of the release before.
    newCluster(tools, ''),
    readBackup(tools, backup),
    script(tools, 'load-database.sh'),
    script(tools, 'real-requests.sh'),
    script(tools, 'move-database.sh'),
    script(tools, 'upgrade.sh', {
      action,
      root: PATHS.root,
      home: PATHS.postgresHome,
      from,
      to,
      schema,
      reversible: reversible ? 'yes' : 'no',
      backup,
      limit: ANSWERS_LIMIT_SECONDS,
      memory: '/run/matrix-bastion',
      unit: RESUME_UNIT,
      old_major: postgres?.from ?? '',
      new_major: postgres?.to ?? '',
      parts: RELEASE_UNIT.join(' '),
    }),
  ].join('\n');

const JOB = 'upgrade';

/**
 * Goes on with an upgrade when the machine starts while one is under way. The script enables it before it touches anything and
 * takes it away at its end.
 */
const resumeUnit = `# Written by matrix-bastion for the time of an upgrade, which takes it away again.
[Unit]
Description=Brings an interrupted upgrade of the Matrix homeserver to its end
After=docker.service
Wants=docker.service
ConditionPathExists=${PATHS.resumeUpgrade}

[Service]
Type=oneshot
ExecStart=/bin/sh ${PATHS.resumeUpgrade}

[Install]
WantedBy=multi-user.target
`;

const resumeFiles = (work: SwitchScript, tools: Pick<Hands, 'scripts'>): TreeEntry[] => [
  folder(PATHS.upgrade),
  {
    path: PATHS.resumeUpgrade,
    type: 'file',
    content: upgradeScript(tools, { ...work, action: 'resume' }),
    mode: 0o700,
    ...UID.root,
  },
  { path: `/etc/systemd/system/${RESUME_UNIT}`, type: 'file', content: resumeUnit, mode: 0o644, ...UID.root },
];

/** Does the work as a job: it comes to one of its ends, new or old, whatever becomes of this program. */
const runUpgrade = async (work: SwitchScript, tools: Hands): Promise<number> => {
  const progress = (line: string) => /^(MB-|\| )/.test(line) || tools.progress(line);
  // Those of an upgrade under way are there already, and may be at work.
  if (work.action !== 'resume') await tools.host.putTree(resumeFiles(work, tools));
  const { stdout } = await jobOrFail({ ...tools, progress }, JOB, upgradeScript(tools, work), (result) =>
    upgradeFailure(work, result.stdout),
  );
  return Number(marked(stdout, 'MB-UPGRADE-DONE') ?? marked(stdout, 'MB-UPGRADE-BACK'));
};

export const switchRelease = async (
  { release }: ChangeOf<'switch-release'>,
  tools: Tools,
): Promise<Outcome> => {
  await keepReplaced(
    tools.goal.desired.files.map(({ path }) => path),
    tools,
  );
  await keepYours(tools.goal.desired.files, tools);
  const last = await tools.host.run(`cat ${PATHS.upgrade}/backup.last`);
  const backup = release.withBackup ? (/"file":"([^"]+)"/.exec(last.stdout)?.[1] ?? '') : '';
  const seconds = await runUpgrade({ ...release, action: 'switch', backup }, tools);
  tools.progress(`${switchWords(release).next} serves; there was no answer for ${seconds} s at most`);
  return 'done';
};

/** Brings an upgrade to its end that was under way when a run or the machine was stopped. */
export const finishUpgrade = async (release: Omit<SwitchScript, 'action'>, tools: Hands): Promise<void> => {
  await runUpgrade({ ...release, action: 'resume' }, tools);
};

/**
 * The release before the last upgrade, by hand. What was configured since, or edited by hand, stays in state/replaced.
 * @returns seconds without an answer
 */
export const takeBackRelease = async (
  release: Omit<SwitchScript, 'action'>,
  { replaces }: WayBack,
  tools: Hands,
): Promise<number> => {
  await keepReplaced(replaces, tools);
  return runUpgrade({ ...release, action: 'back' }, tools);
};

/** To their end, however long they take; Synapse serves meanwhile. What stops this watching stops none of them. */
export const awaitBackgroundUpdates = async (
  { database }: ChangeOf<'await-background-updates'>,
  tools: Tools,
): Promise<Outcome> => {
  await jobOrFail(
    tools,
    'background-updates',
    [
      postgresClient(tools, database),
      script(tools, 'background-updates.sh', { patience: PATIENCE_SECONDS }),
    ].join('\n'),
    commandFailure(
      'MB-UPGRADE-WATCH',
      'The background updates of the database could not be watched.',
      ['Nothing has to be done: they go on by themselves.'],
      'The upgrade is done, and the server serves.',
    ),
  );
  return 'done';
};

/** Looks at the room for what an upgrade will need; nothing is changed. */
export const lookAtUpgrade = async (image: string, tools: LookHands): Promise<UpgradeLook> => {
  const { destination } = UPGRADE_BACKUP;
  const backup = await lookAtBackup(tools, destination);
  const text = script(tools, 'probe-upgrade.sh', { root: PATHS.root, image, backups: destination.folder });
  const { stdout } = await tools.host.run(text, { timeout: 120_000, signal: tools.signal });
  const elsewhere = databaseWay(tools.facts).place === 'here' ? undefined : await lookAtSchema(tools);
  return {
    backup,
    ...(elsewhere && { elsewhere }),
    image: Number(marked(stdout, 'IMAGE') ?? 0),
    dockerFree: Number(marked(stdout, 'FREE') ?? 0),
    oneDisk: marked(stdout, 'ONE') !== undefined,
    stateFree: Number(marked(stdout, 'STATE') ?? 0),
    memoryFree: Number(marked(stdout, 'MEMORY') ?? 0),
  };
};

/** What a database that is not on the machine says about its schema. @returns undefined when it does not answer */
export const lookAtSchema = async (tools: LookHands): Promise<SchemaSeen | undefined> => {
  const seen = await lookInDatabase('look-at-schema.sh', {}, 'MB-SCHEMA', tools);
  if (!('answer' in seen)) return undefined;
  const { compat, background } = seen.answer as { compat: number | null; background: number };
  return { ...(compat !== null && { compat }), backgroundUpdates: background };
};

/** A trial dump is cut off after so many seconds: people may be talking, and a plan is waited for. */
const TRIAL_SECONDS = 10;

/** Looks at what moving the database to another Postgres will take, by its size and the speed of a trial dump. */
export const lookAtMove = async (image: string, tools: Omit<Hands, 'progress'>): Promise<MoveLook> => {
  const text = script(tools, 'probe-move.sh', {
    root: PATHS.root,
    home: PATHS.postgresHome,
    image,
    seconds: TRIAL_SECONDS,
  });
  const { stdout } = await tools.host.run(text, { timeout: 120_000, signal: tools.signal });
  const bytes = (marker: string) => Number(marked(stdout, marker) ?? 0);
  const [dumped, milliseconds] = (marked(stdout, 'DUMPED') ?? '').split(' ').map(Number);
  return {
    image: bytes('IMAGE'),
    data: bytes('DATA'),
    tables: bytes('TABLES'),
    free: bytes('FREE'),
    oneDisk: marked(stdout, 'ONE') !== undefined,
    ...(dumped &&
      milliseconds && {
        dumped: { bytes: dumped, seconds: milliseconds / 1000, whole: milliseconds < TRIAL_SECONDS * 1000 },
      }),
  };
};

/** Whether the job of an upgrade is at work on the machine now. */
export const upgradeRuns = async ({ host }: Pick<Hands, 'host'>): Promise<boolean> =>
  (await host.jobState(JOB)).state === 'running';
