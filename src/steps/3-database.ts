import { pendingRestore } from '../backup/mark.ts';
import type { Change } from '../plan/change.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { upgradeFor } from '../plan/upgrade.ts';
import { PATHS, type Service } from '../render/layout.ts';
import { differingFiles } from './compare.ts';
import { databaseElsewhere, recordElsewhere } from './database-elsewhere.ts';
import { switchRelease } from './release.ts';
import { startAll } from './start.ts';
import type { Step } from './step.ts';
import { synapseProcesses } from './synapse-processes.ts';

const FILES: readonly string[] = [PATHS.compose, `${PATHS.redisConfig}/redis.conf`];

/** `SYSTEM_IDENTIFIER MAJOR`, as it is recorded. */
const databaseIdentity = ({ database: { systemIdentifier }, databaseOnDisk }: HostFacts): string =>
  `${systemIdentifier} ${databaseOnDisk.trim()}`;

/** Starts services and waits for them. */
const started = (services: readonly Service[], goal: Goal, host: HostFacts): Change[] => {
  const { changes, ill } = startAll(services, goal, host);
  return [...changes, ...(ill.length > 0 ? [{ kind: 'await-healthy', services: ill } as const] : [])];
};

/** A Postgres in a container of the machine, with what is started beside it. */
export const databaseHere = (services: readonly Service[], goal: Goal, host: HostFacts): Change[] => {
  const changes: Change[] = [];
  const restoring = pendingRestore(host.restoreMark);
  if (restoring !== undefined) changes.push({ kind: 'restore-data', ...restoring });
  else if (host.databaseOnDisk === '') changes.push({ kind: 'create-database' });
  const stores = startAll(services, goal, host);
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
  return changes;
};

export const database: Step = {
  id: 'database',
  title: 'Wire Postgres + Redis',
  changes(goal: Goal, facts: Facts): Change[] {
    const { host } = facts;
    const upgrade = upgradeFor(goal, host);
    if (upgrade !== undefined) return switchRelease(upgrade, goal, facts);
    const changes: Change[] = [];
    const files = differingFiles(
      goal.desired.files.filter((file) => FILES.includes(file.path)),
      host,
    );
    if (files.length > 0) changes.push({ kind: 'write-files', files });

    if (goal.database.kind === 'here') {
      return [
        ...changes,
        ...databaseHere(['postgres', 'redis'], goal, host),
        ...synapseProcesses(goal, host),
      ];
    }
    return [
      ...changes,
      ...databaseElsewhere(goal, goal.database, facts),
      ...started(['redis'], goal, host),
      ...synapseProcesses(goal, host),
      ...recordElsewhere(facts),
    ];
  },
};
