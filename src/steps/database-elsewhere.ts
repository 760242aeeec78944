import { type DatabaseNeeds, judgeDatabase } from '../database/judge.ts';
import type { Change } from '../plan/change.ts';
import type { Facts, HostFacts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import type { DatabaseElsewhere } from '../render/database-place.ts';
import { PATHS } from '../render/layout.ts';
import { poolsOf } from '../sizing/processes.ts';

/** What this installation asks of a database that is not on its machine. */
export const databaseNeeds = (goal: Goal, host: HostFacts): DatabaseNeeds => ({
  domain: goal.answers.domain,
  pools: poolsOf(goal.budget.processes),
  keyHere: (host.files[PATHS.signingKey]?.size ?? 0) > 0 || goal.consent.signingKey !== undefined,
  identity: host.databaseBorn.trim(),
});

/** The password's file, then a look whether Synapse can live with what is there; before anything of it starts. */
export const databaseElsewhere = (
  goal: Goal,
  place: DatabaseElsewhere,
  { host, database }: Facts,
): Change[] => {
  const changes: Change[] = [];
  const passfile = database?.passfile ?? 'missing';
  if (passfile === 'missing' || passfile === 'other')
    changes.push({ kind: 'write-database-password', place });
  const needs = databaseNeeds(goal, host);
  const seen = database?.seen;
  const fit = seen !== undefined && judgeDatabase(seen, place, needs).length === 0;
  if (!fit) changes.push({ kind: 'check-database', place, needs });
  return changes;
};

/** Once Synapse's tables are there: an interrupted first start must not leave an empty database under protection. */
export const recordElsewhere = ({ host, database }: Facts): Change[] => {
  const seen = database?.seen;
  return host.databaseBorn === '' && seen?.reached && seen.synapse
    ? [{ kind: 'record-database', identity: seen.identity }]
    : [];
};
