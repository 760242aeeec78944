import type { Answers } from '../answers/answers.ts';
import { parseDatabaseUrl } from '../answers/database-url.ts';
import type { DatabasePlace } from '../render/database-place.ts';

/** The one port of Postgres on a machine of ours. */
export const DATABASE_PORT = 5432;

/** The database that somebody else runs, as the answers name it; undefined when they name none. */
export function managedPlace({
  database,
  databaseCa,
}: Answers): Extract<DatabasePlace, { kind: 'elsewhere' }> | undefined {
  if (database === undefined) return undefined;
  const url = parseDatabaseUrl(database);
  if (!url.ok) throw new Error(`an answer was let through: ${url.problem}`);
  return { kind: 'elsewhere', ...url.value, ...(databaseCa === undefined ? {} : { ca: databaseCa }) };
}

/** The database on a second machine of ours: encrypted, and the machine proves itself to the first one. */
export const secondMachinePlace = (
  host: string,
  ca: string | undefined,
): Extract<DatabasePlace, { kind: 'elsewhere' }> => ({
  kind: 'elsewhere',
  host,
  port: DATABASE_PORT,
  user: 'synapse',
  name: 'synapse',
  sslmode: 'verify-full',
  ...(ca === undefined ? {} : { ca }),
});
