import type { Change } from '../plan/change.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { PATHS, type Service } from '../render/layout.ts';
import { differingFiles, isCurrent, isHealthy, whyNotCurrent } from './compare.ts';
import type { Step } from './step.ts';

const FILES: readonly string[] = [PATHS.compose, `${PATHS.redisConfig}/redis.conf`];

/** `SYSTEM_IDENTIFIER MAJOR`, as it is recorded. */
const databaseIdentity = ({ database: { systemIdentifier }, databaseOnDisk }: HostFacts): string =>
  `${systemIdentifier} ${databaseOnDisk.trim()}`;

export const database: Step = {
  id: 'database',
  title: 'Wire Postgres + Redis',
  changes(goal: Goal, { host }: Facts): Change[] {
    const changes: Change[] = [];
    const files = differingFiles(
      goal.desired.files.filter((file) => FILES.includes(file.path)),
      host,
    );
    if (files.length > 0) changes.push({ kind: 'write-files', files });

    const start = (services: readonly Service[]) => {
      const stale = services.filter((service) => !isCurrent(service, goal.desired, host));
      if (stale.length > 0) {
        const reason = stale.map((service) => `${service}: ${whyNotCurrent(service, goal.desired, host)}`);
        changes.push({ kind: 'start-services', services: stale, reason: reason.join(', ') });
      }
      const ill = services.filter((service) => stale.includes(service) || !isHealthy(service, host));
      return { stale, ill };
    };

    if (host.databaseOnDisk === '') changes.push({ kind: 'create-database' });
    const stores = start(['postgres', 'redis']);
    // A drifted password is asked for itself: the health check takes half a minute to notice it.
    const { answers, passwordAgrees } = host.database;
    if (stores.ill.includes('postgres') || (answers && !passwordAgrees)) {
      changes.push({ kind: 'set-database-password' });
    }
    const silent = !answers && !stores.ill.includes('postgres') ? (['postgres'] as const) : [];
    const awaited = [...stores.ill, ...silent];
    if (awaited.length > 0) changes.push({ kind: 'await-healthy', services: awaited });
    if (host.databaseBorn === '' && host.database.answers) {
      changes.push({ kind: 'record-database', identity: databaseIdentity(host) });
    }

    const synapse = start(['synapse']);
    if (synapse.ill.length > 0) changes.push({ kind: 'await-healthy', services: synapse.ill });
    return changes;
  },
};
