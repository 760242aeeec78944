import type { Change } from '../plan/change.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { PATHS } from '../render/layout.ts';
import { differingFiles } from './compare.ts';
import { startAll } from './start.ts';
import type { Step } from './step.ts';
import { synapseProcesses } from './synapse-processes.ts';

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

    if (host.databaseOnDisk === '') changes.push({ kind: 'create-database' });
    const stores = startAll(['postgres', 'redis'], goal, host);
    changes.push(...stores.changes);
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

    return [...changes, ...synapseProcesses(goal, host)];
  },
};
