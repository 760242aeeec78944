import { type BackupRequest, planBackup } from '../backup/plan.ts';
import type { BackupFacts } from '../backup/seen.ts';
import { schemaOf, type UpgradePath, upgradePath } from '../releases/path.ts';
import type { ReleaseChange } from '../releases/synapse.ts';
import { lockedImages } from '../steps/compare.ts';
import type { ReleaseSwitch } from './change.ts';
import type { Facts, HostFacts } from './facts.ts';
import type { Goal } from './goal.ts';

/** Synapse's version by the lock file, without `v`; undefined before the first installation. */
export const runningSynapse = ({ imageLock }: Pick<HostFacts, 'imageLock'>): string | undefined =>
  /:v([^@]+)@/.exec(lockedImages(imageLock).synapse ?? '')?.[1];

/** The way from the server's Synapse to the one of the goal. */
export const pathFor = (goal: Goal, host: HostFacts): UpgradePath => {
  const from = runningSynapse(host);
  // A first installation that a newer release goes on with has nothing that could be lost yet.
  if (from === undefined || host.databaseBorn === '') return { kind: 'same' };
  const postgres = Number(host.databaseOnDisk.trim());
  const { compat } = host.database;
  return upgradePath({
    from,
    to: goal.release.synapse,
    accepted: goal.consent.accepted,
    ...(compat === undefined ? {} : { databaseCompat: compat }),
    ...(postgres > 0 ? { postgres } : {}),
  });
};

/** An upgrade of Synapse that is to be done. */
export interface Upgrade extends ReleaseSwitch {
  readonly changes: readonly ReleaseChange[];
}

export const upgradeFor = (goal: Goal, host: HostFacts): Upgrade | undefined => {
  const path = pathFor(goal, host);
  const from = runningSynapse(host);
  if (path.kind !== 'upgrade' || from === undefined) return undefined;
  return {
    from,
    to: goal.release.synapse,
    schema: schemaOf(from),
    reversible: path.reversible,
    withBackup: !goal.consent.withoutBackup,
    changes: path.changes,
  };
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
