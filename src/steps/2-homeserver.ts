import { cutOffShort } from '../people/cut-off.ts';
import type { Change, OwnerRepair } from '../plan/change.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { upgradeFor } from '../plan/upgrade.ts';
import type { Desired, RenderedFile } from '../render/desired.ts';
import { componentOf, isKeptEdit, PATHS, UID } from '../render/layout.ts';
import { botTokenPath } from '../render/moderation.ts';
import type { SecretFile } from '../render/secrets.ts';
import { differingDirectories, differingFiles, lockedFor, lockedImages, sha256 } from './compare.ts';
import { stageRelease } from './release.ts';
import type { Step } from './step.ts';

/** What a later run has to know. */
const OWN_STATE: readonly string[] = [PATHS.answers, PATHS.domainHere, PATHS.plannedBox];

/** Files that Synapse reads; they change as one, after its own validation. */
const isSynapseFile = (path: string): boolean => path.startsWith(`${PATHS.synapseConfig}/`);

/** Files of secrets whose owner or mode drifted. */
const secretOwners = (
  files: readonly Pick<SecretFile, 'path' | 'owner'>[],
  facts: HostFacts,
): OwnerRepair[] =>
  files.flatMap(({ path, owner }) => {
    const found = facts.files[path];
    const { uid, gid } = UID[owner];
    return found && (found.uid !== uid || found.gid !== gid || found.mode !== 0o600)
      ? [{ path, uid, gid, mode: 0o600 }]
      : [];
  });

const repairChange = (entries: readonly OwnerRepair[]): Change[] =>
  entries.length > 0 ? [{ kind: 'repair-owners', entries }] : [];

/** Owner and mode of secrets put right. */
export const secretRepairs = (secrets: readonly SecretFile[], facts: HostFacts): Change[] =>
  repairChange(secretOwners(secrets, facts));

/** Secrets that are not there yet. */
export const missingSecrets = (secrets: readonly SecretFile[], facts: HostFacts): Change[] => {
  const paths = secrets.filter(({ path }) => (facts.files[path]?.size ?? 0) === 0).map(({ path }) => path);
  return paths.length > 0 ? [{ kind: 'create-secrets', paths }] : [];
};

/** Images of the services that are not locked yet. */
export const missingImages = ({ services, images }: Desired, facts: HostFacts): Change[] => {
  const locked = lockedImages(facts.imageLock);
  const pull = [...new Set(services.map(componentOf))].filter(
    (name) => !lockedFor(locked[name], images[name]),
  );
  return pull.length > 0
    ? [{ kind: 'pull-images', images: Object.fromEntries(pull.map((name) => [name, images[name]])) }]
    : [];
};

/** Keys and secrets whose owner or mode drifted, and conf.d files that Synapse could not read. */
const ownerRepairs = (goal: Goal, facts: HostFacts): OwnerRepair[] => {
  const own = [
    { path: PATHS.signingKey, owner: 'synapse' },
    { path: PATHS.databasePassfile, owner: 'synapse' },
  ] as const;
  const { moderation } = goal.answers;
  const ofBot =
    moderation === undefined ? [] : [{ path: botTokenPath(moderation), owner: moderation } as const];
  const others = goal.desired.secrets.filter(({ path }) => path !== PATHS.databasePassfile);
  const repairs = secretOwners([...own, ...ofBot, ...others], facts);
  for (const [path, found] of Object.entries(facts.files)) {
    if (!path.startsWith(`${PATHS.confd}/`) || found.type !== 'file') continue;
    const readable =
      (found.mode & 0o004) !== 0 || (found.gid === UID.synapse.gid && (found.mode & 0o040) !== 0);
    if (!readable) {
      repairs.push({ path, uid: found.uid, gid: UID.synapse.gid, mode: found.mode | 0o040 });
    }
  }
  return repairs;
};

const synapseFiles = (goal: Goal): RenderedFile[] =>
  goal.desired.files.filter(({ path }) => isSynapseFile(path));

/** Files of workers, and the module for a moderation bot, that the plan does not have any more. */
const obsoleteFiles = (wanted: readonly RenderedFile[], facts: HostFacts): string[] => {
  const ours = (path: string) =>
    path.startsWith(`${PATHS.workers}/`) || path === PATHS.startWorker || path === PATHS.antispamModule;
  const keep = new Set(wanted.map(({ path }) => path));
  return Object.entries(facts.files)
    .filter(([path, { type }]) => type === 'file' && ours(path) && !keep.has(path) && !isKeptEdit(path))
    .map(([path]) => path);
};

/** Identifies what Synapse's validation has to accept: our file, the operator's, and the version that reads them. */
export const validationDigest = (goal: Goal, confd: string): string => {
  const texts = synapseFiles(goal).map(({ path, content }) => [path, content]);
  return sha256(JSON.stringify([goal.desired.images.synapse, texts, confd]));
};

/** Hash over the operator's conf.d/*.yaml as Synapse reads it; '' when there is none. */
export const confdDigest = (facts: HostFacts): string => {
  const entries = Object.entries(facts.files)
    .filter(
      ([path, file]) => path.startsWith(`${PATHS.confd}/`) && path.endsWith('.yaml') && file.type === 'file',
    )
    .map(([path, file]) => `${path} ${file.sha256}`)
    .sort();
  return entries.length === 0 ? '' : sha256(entries.join('\n'));
};

/**
 * Beside a secret, a key or a file of ours: what a script made on its way and could not take away, because its shell was
 * killed. A secret's copy would lie there for ever.
 */
const LEFTOVER = new RegExp(
  `^${PATHS.root}/(?:secrets/[a-z]+/[a-z_]+\\.new\\.\\d+|synapse/keys/\\.(?:generate|place)\\.[A-Za-z0-9]+|(?:.+/)?\\.matrix-bastion-stage\\.[A-Za-z0-9]+)$`,
);

export const leftovers = ({ files }: HostFacts): Change[] => {
  const paths = Object.keys(files).filter((path) => LEFTOVER.test(path));
  return paths.length === 0 ? [] : [{ kind: 'clear-leftovers', paths }];
};

export const homeserver: Step = {
  id: 'homeserver',
  title: 'Generate homeserver.yaml',
  changes(goal: Goal, { host, narrowing }: Facts): Change[] {
    const changes: Change[] = [];

    changes.push(...leftovers(host));

    const directories = differingDirectories(goal.desired.directories, host);
    if (directories.length > 0) changes.push({ kind: 'make-directories', directories });

    const answers = goal.desired.files.filter(({ path }) => OWN_STATE.includes(path));
    const changed = differingFiles(answers, host);
    if (changed.length > 0) changes.push({ kind: 'write-files', files: changed });

    changes.push(...missingSecrets(goal.desired.secrets, host));
    changes.push(...repairChange(ownerRepairs(goal, host)));
    const digest = validationDigest(goal, confdDigest(host));
    const upgrade = upgradeFor(goal, host);
    if (upgrade !== undefined) {
      const release = goal.desired.files.filter(({ path }) => !OWN_STATE.includes(path));
      return [...changes, ...stageRelease(upgrade, goal, release, digest, host)];
    }
    changes.push(...missingImages(goal.desired, host));

    if ((host.files[PATHS.signingKey]?.size ?? 0) === 0) {
      const serverName = goal.answers.domain;
      const given = goal.consent.signingKey;
      changes.push(
        given === undefined
          ? { kind: 'create-signing-key', serverName }
          : { kind: 'place-signing-key', serverName, ids: Object.keys(given) },
      );
    }

    const files = synapseFiles(goal);
    const obsolete = obsoleteFiles(files, host);
    const differing = differingFiles(files, host);
    if (differing.length > 0 || obsolete.length > 0 || host.validatedConfig.trim() !== digest) {
      const cutsOff = narrowing && cutOffShort(narrowing.seen);
      changes.push({
        kind: 'write-synapse-config',
        files,
        digest,
        obsolete,
        ...(cutsOff !== undefined && { cutsOff }),
      });
    }
    return changes;
  },
};
