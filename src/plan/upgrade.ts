import { type BackupRequest, planBackup } from '../backup/plan.ts';
import type { BackupFacts } from '../backup/seen.ts';
import { sizeText } from '../backup/size.ts';
import { UNTRIED } from '../releases/consents.ts';
import { schemaOf, type UpgradePath, upgradePath } from '../releases/path.ts';
import type { PostgresMove } from '../releases/postgres.ts';
import type { ReleaseChange } from '../releases/synapse.ts';
import { lockedImages } from '../steps/compare.ts';
import type { ReleaseSwitch } from './change.ts';
import type { Facts, HostFacts } from './facts.ts';
import type { Goal } from './goal.ts';
import { openMove, postgresMove } from './postgres-move.ts';

/** Synapse's version by the lock file, without `v`; undefined before the first installation. */
export const runningSynapse = ({ imageLock }: Pick<HostFacts, 'imageLock'>): string | undefined =>
  /:v([^@]+)@/.exec(lockedImages(imageLock).synapse ?? '')?.[1];

/** The way from the server's Synapse to the one of the goal. */
export const pathFor = (goal: Goal, host: HostFacts): UpgradePath => {
  const from = runningSynapse(host);
  // A first installation that a newer release goes on with has nothing that could be lost yet.
  if (from === undefined || host.databaseBorn === '') return { kind: 'same' };
  // The Postgres that it will run on.
  const postgres = postgresMove(goal, host)?.to ?? Number(host.databaseOnDisk.trim());
  const { compat } = host.database;
  return upgradePath({
    from,
    to: goal.release.synapse,
    accepted: goal.consent.accepted,
    ...(compat === undefined ? {} : { databaseCompat: compat }),
    ...(postgres > 0 ? { postgres } : {}),
  });
};

/** An upgrade of Synapse, of Postgres or of both that is to be done. */
export interface Upgrade extends ReleaseSwitch {
  /** What is new in Synapse. */
  readonly changes: readonly ReleaseChange[];
}

/** Whether there is a way to the release, and what of it has been acknowledged. */
const isOpen = (goal: Goal, host: HostFacts, path: UpgradePath): boolean => {
  if (openMove(goal, host).length > 0) return false;
  return path.kind === 'upgrade' || (path.kind === 'same' && postgresMove(goal, host) !== undefined);
};

export const upgradeFor = (goal: Goal, host: HostFacts): Upgrade | undefined => {
  const path = pathFor(goal, host);
  const from = runningSynapse(host);
  if (from === undefined || !isOpen(goal, host, path)) return undefined;
  const postgres: PostgresMove | undefined = postgresMove(goal, host);
  return {
    from,
    to: goal.release.synapse,
    schema: schemaOf(from),
    reversible: path.kind === 'upgrade' ? path.reversible : true,
    withBackup: !goal.consent.withoutBackup,
    changes: path.kind === 'upgrade' ? path.changes : [],
    ...(postgres && { postgres }),
  };
};

/**
 * What a try takes: Synapse without a server has 130 MiB, Postgres on an empty database 60; an empty cluster with its log
 * is 70 MB, and small tables are a few more. Measured on a test server, and doubled.
 */
const TRY_NEEDS = { memory: 400 * 1024 * 1024, disk: 512 * 1024 * 1024 } as const;

/** Why the new Synapse is not tried on a copy of the schema first; undefined when it is. Pure. */
export const whyUntried = ({ consent }: Goal, { upgrade }: Facts): string | undefined => {
  if (consent.accepted.includes(UNTRIED)) return `--accept ${UNTRIED}`;
  if (upgrade === undefined) return 'the machine was not looked at for it';
  const { memoryFree, stateFree } = upgrade;
  if (memoryFree < TRY_NEEDS.memory)
    return `it may take ${sizeText(TRY_NEEDS.memory)} of memory, and ${sizeText(memoryFree)} are free`;
  if (stateFree < TRY_NEEDS.disk)
    return `it may take ${sizeText(TRY_NEEDS.disk)} on the disk, and ${sizeText(stateFree)} are free`;
  return undefined;
};

/**
 * Backups before upgrades have a folder of their own: they hold no media, and must not push out those that do. Two: the one
 * of an upgrade that failed and of the try after it.
 */
export const UPGRADE_BACKUP: BackupRequest = {
  destination: { folder: '/var/backups/matrix-bastion-upgrade' },
  keep: 2,
  before: 'upgrade',
};

/** Where nothing was looked at nothing is known of the room: planBackup refuses. */
const NOT_LOOKED: BackupFacts = {
  age: false,
  media: 0,
  found: [],
  schedule: { systemd: false, files: {}, running: false, next: '' },
};

/** The backup before an upgrade, or why there can be none. */
export const backupBefore = (facts: Facts): ReturnType<typeof planBackup> =>
  planBackup(UPGRADE_BACKUP, facts.host, facts.upgrade?.backup ?? NOT_LOOKED, 'the machine');
