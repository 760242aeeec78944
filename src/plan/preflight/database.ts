import { parseAnswersFile } from '../../answers/file.ts';
import { judgeDatabase } from '../../database/judge.ts';
import type { DatabasePlace } from '../../render/database-place.ts';
import { PATHS } from '../../render/layout.ts';
import { databaseNeeds } from '../../steps/database-elsewhere.ts';
import type { HostFacts } from '../facts.ts';
import { type Check, refusal } from './problem.ts';

/** Where the data is: what lies on the disk says more than the answers, which may have been edited. */
const databaseWas = (host: HostFacts): DatabasePlace['kind'] | undefined => {
  if (host.databaseOnDisk !== '') return 'here';
  if (host.databaseBorn === '' || host.storedAnswers === '') return undefined;
  const { database, dbHost } = parseAnswersFile(host.storedAnswers, PATHS.answers).answers;
  return database === undefined && dbHost === undefined ? undefined : 'elsewhere';
};

/** Where the database is can be said once: moving one that has data takes a dump, which is not part of a rerun. */
export const moved: Check = (goal, { host }) => {
  const was = databaseWas(host);
  if (was === undefined || was === goal.database.kind) return [];
  return [
    refusal({
      code: 'MB-DATABASE-MOVE',
      what:
        was === 'here'
          ? "This server's database is on this machine, with its data; the answers want it elsewhere."
          : "This server's database is on another machine, with its data; the answers want it here.",
      why: 'A new one would be empty: every account and room would be gone. This version moves no data.',
      expected: 'the place that it was installed with',
      fix: [
        was === 'here'
          ? 'Leave --db-host and --database out.'
          : `Put the answer back into ${PATHS.answers} on the machine.`,
      ],
      who: 'you',
    }),
  ];
};

/** What a look at a database elsewhere tells before anything is touched; a silent one of ours is started by its step. */
export const elsewhere: Check = (goal, { host, database }) => {
  const place = goal.database;
  const seen = database?.seen;
  if (place.kind === 'here' || seen === undefined) return [];
  if (!seen.reached && goal.answers.dbHost !== undefined) return [];
  return judgeDatabase(seen, place, databaseNeeds(goal, host)).map((fault) =>
    refusal({
      ...fault,
      expected: 'a database that Synapse can work with',
      fix: fault.fix ?? [],
      who: 'whoever runs the database',
    }),
  );
};
