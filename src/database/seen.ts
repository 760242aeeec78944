/** A database that is not on this machine, as templates/scripts/probe-database.sh saw it. */
export type DatabaseSeen =
  /** In libpq's words, or the server's. */
  { readonly reached: false; readonly error: string } | DatabaseReached;

export interface DatabaseReached {
  readonly reached: true;
  /** As libpq counts: 170006 is 17.6. */
  readonly version: number;
  readonly versionText: string;
  readonly encoding: string;
  /** `datcollate` and `datctype` of pg_database: what Synapse looks at. */
  readonly collate: string;
  readonly ctype: string;
  /** Who sorts: the C library, ICU, or Postgres itself (since 17). */
  readonly provider: 'libc' | 'icu' | 'builtin';
  /** The locale of ICU or of Postgres itself; empty with libc. */
  readonly locale: string;
  readonly tls: boolean;
  /** Such as `TLSv1.3`; empty without TLS. */
  readonly tlsVersion: string;
  readonly owner: string;
  /** The schema that new tables get into; null when none of the search path is there. */
  readonly schema: string | null;
  readonly mayCreate: boolean;
  readonly readOnly: boolean;
  readonly maxConnections: number;
  /** Of these, kept for superusers and for pg_use_reserved_connections. */
  readonly reserved: number;
  /** Limits of the role and of the database; -1: none. */
  readonly roleLimit: number;
  readonly databaseLimit: number;
  /** Tables and views in that schema that no extension made; the names of the first ten. */
  readonly tableCount: number;
  readonly tables: readonly string[];
  /** How many of them belong to a role that ours is no member of. */
  readonly foreignTables: number;
  /** Whether these are Synapse's tables. */
  readonly synapse: boolean;
  /** A user id of that Synapse; null when it has none. */
  readonly firstUser: string | null;
  /** Full user ids of administrators. */
  readonly admins: readonly string[];
  /** `SYSTEM_IDENTIFIER OID`: tells one database from another. */
  readonly identity: string;
  /** Median of nine `SELECT 1`, in milliseconds. */
  readonly roundTripMs: number;
}

/** What there is to know about a database elsewhere; taken with each look at the machine. */
export interface DatabaseLook {
  /**
   * The password file on this machine against the password that this run knows. `kept`: this run knows none, and
   * there is a file.
   */
  readonly passfile: (typeof PASSFILE_STATES)[number];
  /** Absent while nothing can look: no Docker, no image, no password yet. */
  readonly seen?: DatabaseSeen;
}

const PASSFILE_STATES = ['missing', 'same', 'other', 'kept'] as const;

/** What the script prints. */
export function parseLook(output: string): DatabaseLook {
  const lines = output.split('\n');
  const passfile = PASSFILE_STATES.find((state) => lines.includes(`PASSFILE ${state}`)) ?? 'missing';
  const line = lines.find((text) => text.startsWith('MB-DATABASE {'));
  if (line === undefined) return { passfile };
  return { passfile, seen: JSON.parse(line.slice('MB-DATABASE '.length)) as DatabaseSeen };
}
