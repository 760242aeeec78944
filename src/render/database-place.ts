import { PATHS } from './layout.ts';

/**
 * How much of TLS is asked for, in libpq's own words (PostgreSQL 17 manual, 32.19 "SSL Support", table 32.1). `allow`
 * and `prefer` are not offered: they fall back to plaintext without a word.
 */
export const SSL_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** A Postgres server that is not a service of our compose.yaml. Its password is in Synapse's pgpass and nowhere else. */
export interface DatabaseElsewhere {
  readonly kind: 'elsewhere';
  /** A name or an address, as the certificate has to show it; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Name of the database. */
  readonly name: string;
  readonly sslmode: SslMode;
  /** PEM of the authority that signed the server's certificate; absent where a public one did. */
  readonly ca?: string;
}

/** Where Synapse's database is. */
export type DatabasePlace = { readonly kind: 'here' } | DatabaseElsewhere;

/** Mounted into each Synapse container: secrets/synapse and synapse/config of the host. */
const IN_CONTAINER = {
  passfile: '/secrets/pgpass',
  ca: PATHS.databaseCa.replace(PATHS.synapseConfig, '/config'),
} as const;

/**
 * Whom libpq trusts. `system` is the image's own list of public authorities (libpq 16 and newer, which the pinned
 * image has), and libpq then accepts no sslmode but verify-full. Nothing is verified below verify-ca.
 */
function trust({ sslmode, ca }: DatabaseElsewhere): Readonly<Record<string, string>> {
  if (sslmode === 'disable' || sslmode === 'require') return {};
  if (ca !== undefined) return { sslrootcert: IN_CONTAINER.ca };
  if (sslmode === 'verify-full') return { sslrootcert: 'system' };
  throw new Error('verify-ca needs an authority: no question lets it through without one');
}

/**
 * The connection part of Synapse's `database.args`, for every process; the pool is the process's own. What is not of
 * the pool goes to libpq as it is (synapse/storage/database.py, `make_conn`; PostgreSQL 17 manual, 32.1.2).
 */
export function databaseArgs(place: DatabasePlace): Readonly<Record<string, string | number>> {
  const server =
    place.kind === 'here'
      ? { user: 'synapse', dbname: 'synapse', host: 'postgres', port: 5432 }
      : {
          user: place.user,
          dbname: place.name,
          host: place.host,
          port: place.port,
          sslmode: place.sslmode,
          ...trust(place),
        };
  return {
    ...server,
    passfile: IN_CONTAINER.passfile,
    application_name: 'synapse',
    // A dead database is noticed within 40 s: 10 idle, then 3 probes 10 s apart. The kernel's own 2 h is too long.
    keepalives_idle: 10,
    keepalives_interval: 10,
    keepalives_count: 3,
  };
}
