import type { Host } from '../host/host.ts';
import { quote } from '../host/quote.ts';
import type { DatabaseElsewhere } from '../render/database-place.ts';
import { PATHS, UID } from '../render/layout.ts';
import { pgpassLine, pgpassPrefix } from './pgpass.ts';
import { type DatabaseLook, parseLook } from './seen.ts';

export interface DatabaseLookInput {
  readonly host: Host;
  readonly place: DatabaseElsewhere;
  /** Synapse's image, by its digest where it is locked. */
  readonly image: string;
  /** Absent when this run does not know it: then the file on the machine counts. */
  readonly password: string | undefined;
  /** Text of templates/scripts/probe-database.sh. */
  readonly script: string;
  readonly signal?: AbortSignal;
}

/** libpq's settings, as Synapse will have them but for where the authority's file is. */
const connectionOf = ({ host, port, user, name, sslmode, ca }: DatabaseElsewhere): string => {
  const trust = ca === undefined && sslmode === 'verify-full' ? { sslrootcert: 'system' } : {};
  const own = ca === undefined || !sslmode.startsWith('verify-') ? {} : { ca };
  return JSON.stringify({ host, port, user, dbname: name, sslmode, ...trust, ...own });
};

/** Long enough for a connection that gives up after 10 s per address, and the start of a container. */
const LIMIT_MS = 90_000;

/** Looks from the machine at a database elsewhere, with Synapse's own driver; one round trip, nothing changed. */
export async function lookAtDatabase(input: DatabaseLookInput): Promise<DatabaseLook> {
  const { host, place, image, password, script, signal } = input;
  const variables = {
    image,
    owner: `${UID.synapse.uid}:${UID.synapse.gid}`,
    connection: connectionOf(place),
    passfile: PATHS.databasePassfile,
    prefix: pgpassPrefix(place),
  };
  const assignments = Object.entries(variables).map(([key, value]) => `${key}=${quote(value)}`);
  const { stdout } = await host.run([...assignments, script].join('\n'), {
    input: password === undefined ? '' : pgpassLine(place, password),
    timeout: LIMIT_MS,
    ...(signal ? { signal } : {}),
  });
  return parseLook(stdout);
}
