import { type UpgradePath, upgradePath } from '../releases/path.ts';
import { lockedImages } from '../steps/compare.ts';
import type { HostFacts } from './facts.ts';
import type { Goal } from './goal.ts';

/** Synapse's version by the lock file, without `v`; undefined before the first installation. */
export const runningSynapse = ({ imageLock }: Pick<HostFacts, 'imageLock'>): string | undefined =>
  /:v([^@]+)@/.exec(lockedImages(imageLock).synapse ?? '')?.[1];

/** The way from the server's Synapse to the one of the goal. */
export const pathFor = (goal: Goal, host: HostFacts): UpgradePath => {
  const from = runningSynapse(host);
  if (from === undefined) return { kind: 'same' };
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
