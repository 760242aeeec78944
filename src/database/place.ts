import type { Answers } from '../answers/answers.ts';
import { parseDatabaseUrl } from '../answers/database-url.ts';
import type { DatabaseElsewhere, DatabasePlace } from '../render/database-place.ts';

/** The one port of Postgres on a machine of ours. */
export const DATABASE_PORT = 5432;

/** What is known of the second machine: how the first one reaches it, and the authority of its certificate. */
interface SecondMachine {
  readonly reachedAs: string;
  readonly host: { readonly databaseAuthority: string };
}

/** Where the answers want the database. Without a look at the second machine its address is not known yet. */
export function placeOf(answers: Answers, box?: SecondMachine): DatabasePlace {
  const { dbHost, database, databaseCa } = answers;
  if (dbHost !== undefined) return onSecondMachine(box);
  if (database === undefined) return { kind: 'here' };
  const url = parseDatabaseUrl(database);
  if (!url.ok) throw new Error(`an answer was let through: ${url.problem}`);
  return { kind: 'elsewhere', ...url.value, ...(databaseCa === undefined ? {} : { ca: databaseCa }) };
}

/** Encrypted, and the machine proves itself to the first one. */
function onSecondMachine(box?: SecondMachine): DatabaseElsewhere {
  const ca = box?.host.databaseAuthority ?? '';
  return {
    kind: 'elsewhere',
    host: box?.reachedAs ?? 'not-known-yet',
    port: DATABASE_PORT,
    user: 'synapse',
    name: 'synapse',
    sslmode: 'verify-full',
    ...(ca === '' ? {} : { ca }),
  };
}
