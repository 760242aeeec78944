import type { FailureText } from '../errors.ts';
import { serverOf } from '../federation/server-name.ts';
import type { DatabaseElsewhere } from '../render/database-place.ts';
import { connectFailure } from './connect-failure.ts';
import type { DatabaseReached, DatabaseSeen } from './seen.ts';
import { createSql, identifier, serverText } from './words.ts';

/** What this installation asks of a database elsewhere. */
export interface DatabaseNeeds {
  /** server_name. */
  readonly domain: string;
  /** Sum of all Synapse pools' `cp_max`. */
  readonly pools: number;
  /** Whether the signing key of the domain is on this machine. */
  readonly keyHere: boolean;
  /** `SYSTEM_IDENTIFIER OID` of the database of this installation; empty before the first start. */
  readonly identity: string;
}

/** The oldest that Synapse takes. Source: synapse/storage/engines/postgres.py of 1.163.2, `check_database`. */
export const MINIMUM_POSTGRES = 14;

/** Beside the pools: a backup, psql and this check. Guess. */
const SPARE_CONNECTIONS = 3;

/** A round trip above it is worth a sentence, in milliseconds. Guess: a page of a room takes some 20 queries. */
const SLOW_MS = 3;

type Fault = Omit<FailureText, 'safe'>;
type Judge = (seen: DatabaseReached, place: DatabaseElsewhere, needs: DatabaseNeeds) => Fault[];

/** A database of one's own beside what is there. */
const ownDatabase = (place: DatabaseElsewhere, version: number): string[] => [
  `As the administrator in psql, under a name that is free: ${createSql({ ...place, name: 'synapse' === place.name ? 'matrix' : 'synapse' }, version)}`,
  'Then run this again with that name at the end of the URL.',
];

const version: Judge = (seen, place) =>
  seen.version >= MINIMUM_POSTGRES * 10_000
    ? []
    : [
        {
          code: 'MB-DATABASE-VERSION',
          what: `${serverText(place)} runs Postgres ${seen.versionText}; Synapse needs ${MINIMUM_POSTGRES} or newer.`,
          why: 'An older one lacks what Synapse asks of it, and Synapse does not start.',
          fix: ["Upgrade the server by the provider's way, then run this again."],
        },
      ];

/** Drops and makes the database anew: only where it is empty. */
const anew = (seen: DatabaseReached, place: DatabaseElsewhere): string[] =>
  seen.tableCount === 0
    ? [
        `It is empty, so it can be made anew, as the administrator in psql, connected to another database: DROP DATABASE ${identifier(place.name)}; ${createSql(place, seen.version)}`,
      ]
    : ownDatabase(place, seen.version);

const encoding: Judge = (seen, place) =>
  seen.encoding === 'UTF8'
    ? []
    : [
        {
          code: 'MB-DATABASE-ENCODING',
          what: `The database ${place.name} has the encoding ${seen.encoding}; Synapse needs UTF8.`,
          why: 'Messages in other scripts could not be stored, and Synapse does not start.',
          fix: anew(seen, place),
        },
      ];

/**
 * Synapse compares datcollate and datctype with `C` (postgres.py, `check_database`). They say nothing where ICU or
 * Postgres itself sorts: ICU's order changes with its version and breaks indexes as glibc's does, and the case rules
 * of a builtin C.UTF-8 change with Postgres's major version (PostgreSQL 17 manual, 23.1.4).
 */
const locale: Judge = (seen, place) => {
  const real = seen.provider === 'libc' || seen.locale === 'C';
  if (seen.collate === 'C' && seen.ctype === 'C' && real) return [];
  const who = { libc: 'the C library', icu: 'ICU', builtin: 'Postgres itself' }[seen.provider];
  return [
    {
      code: 'MB-DATABASE-LOCALE',
      what: `The database ${place.name} sorts by another locale than C: collation ${seen.collate}, ctype ${seen.ctype}, provider ${seen.provider}${seen.locale === '' ? '' : ` (${seen.locale})`}.`,
      why: `Synapse needs collation and ctype C, which never change; C.UTF-8 is another one. An upgrade of ${who} would corrupt the indexes.`,
      fix: anew(seen, place),
    },
  ];
};

const encryption: Judge = (seen, place) =>
  seen.tls || place.sslmode === 'disable'
    ? []
    : [
        {
          code: 'MB-DATABASE-NO-TLS',
          what: `The connection to ${serverText(place)} is not encrypted.`,
          why: `sslmode=${place.sslmode} was asked for.`,
          fix: ['Turn TLS on there: ssl = on, with ssl_cert_file and ssl_key_file.'],
        },
      ];

const rights: Judge = (seen, place) => {
  const owner = `ALTER DATABASE ${identifier(place.name)} OWNER TO ${identifier(place.user)};`;
  if (seen.readOnly) {
    return [
      {
        code: 'MB-DATABASE-READ-ONLY',
        what: `${serverText(place)} takes no writes.`,
        why: 'It is a replica, or default_transaction_read_only is on.',
        fix: ['Give the address of the primary server in --database.'],
      },
    ];
  }
  if (seen.schema === null || !seen.mayCreate) {
    return [
      {
        code: 'MB-DATABASE-RIGHTS',
        what: `${place.user} may not create tables in the database ${place.name}${seen.schema === null ? ': no schema of its search_path is there' : `, schema ${seen.schema}`}.`,
        why: `The database belongs to ${seen.owner}. Since Postgres 15 only its owner may create tables in the schema public.`,
        fix: [
          `As the administrator in psql: ${owner}`,
          `Or, connected to ${place.name}: GRANT USAGE, CREATE ON SCHEMA ${identifier(seen.schema ?? 'public')} TO ${identifier(place.user)};`,
        ],
      },
    ];
  }
  if (seen.synapse && seen.foreignTables > 0) {
    return [
      {
        code: 'MB-DATABASE-RIGHTS',
        what: `${seen.foreignTables} of the tables in ${place.name} belong to another role than ${place.user}.`,
        why: 'Synapse changes its tables when it is upgraded, which only their owner may do.',
        fix: [
          `As the administrator in psql, connected to ${place.name}: REASSIGN OWNED BY OLD_OWNER TO ${identifier(place.user)};`,
        ],
      },
    ];
  }
  return [];
};

const connections: Judge = (seen, place, { pools }) => {
  const needed = pools + SPARE_CONNECTIONS;
  const limits = [
    {
      is: seen.maxConnections - seen.reserved,
      what: `max_connections is ${seen.maxConnections}, of which ${seen.reserved} are reserved`,
      fix: `As the administrator in psql: ALTER SYSTEM SET max_connections = ${needed + seen.reserved}; then restart the server. Providers have a setting or a larger plan for it.`,
    },
    {
      is: seen.roleLimit,
      what: `the role ${place.user} has a limit of ${seen.roleLimit}`,
      fix: `As the administrator in psql: ALTER ROLE ${identifier(place.user)} CONNECTION LIMIT ${needed};`,
    },
    {
      is: seen.databaseLimit,
      what: `the database ${place.name} has a limit of ${seen.databaseLimit}`,
      fix: `As the administrator in psql: ALTER DATABASE ${identifier(place.name)} CONNECTION LIMIT ${needed};`,
    },
  ].filter(({ is }) => is >= 0 && is < needed);
  if (limits.length === 0) return [];
  return [
    {
      code: 'MB-DATABASE-CONNECTIONS',
      what: `${serverText(place)} gives too few connections: ${needed} are needed (${pools} for Synapse's processes, ${SPARE_CONNECTIONS} for backups and checks).`,
      why: `There ${limits.map(({ what }) => what).join('; ')}.`,
      fix: limits.map(({ fix }) => fix),
    },
  ];
};

const content: Judge = (seen, place, { domain, keyHere, identity }) => {
  if (identity !== '' && known(identity) && known(seen.identity) && seen.identity !== identity) {
    return [
      {
        code: 'MB-DATABASE-OTHER',
        what: `${place.name} on ${serverText(place)} is not the database of this server.`,
        why: `Recorded: ${identity}; found: ${seen.identity}. On another one every account and room would be gone.`,
        fix: [
          'Give the right one in --database. If you moved it there yourself, on the machine: rm /opt/matrix-bastion/state/database.born',
          'Then run this again.',
        ],
      },
    ];
  }
  if (seen.tableCount === 0) {
    if (identity === '') return [];
    return [
      {
        code: 'MB-DATABASE-LOST',
        what: `The database ${place.name} on ${serverText(place)} is empty.`,
        why: 'This server had one with data. Synapse would start as a new server, without any account and room.',
        fix: ["Restore it from the provider's backup, or give the right one in --database."],
      },
    ];
  }
  if (!seen.synapse) {
    const more = seen.tableCount - seen.tables.length;
    return [
      {
        code: 'MB-DATABASE-STRAY',
        what: `The database ${place.name} holds ${seen.tableCount} tables that are not Synapse's: ${seen.tables.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
        why: 'Synapse needs a database of its own: its tables would stand among those of something else.',
        fix: ownDatabase(place, seen.version),
      },
    ];
  }
  if (seen.firstUser !== null && serverOf(seen.firstUser) !== domain) {
    return [
      {
        code: 'MB-DATABASE-FOREIGN',
        what: `The database ${place.name} is that of another server: ${serverOf(seen.firstUser)}.`,
        why: `You asked for ${domain}; a database belongs to one domain for ever.`,
        fix: ownDatabase(place, seen.version),
      },
    ];
  }
  if (!keyHere) {
    return [
      {
        code: 'MB-KEY-LOST',
        what: `The database ${place.name} holds a Synapse already, and its signing key is not on this machine.`,
        why: 'With a new key other servers would refuse it.',
        fix: [
          'With a copy of the key of that server: run this again with --signing-key-file FILE.',
          'If that server is not wanted any more, use another database:',
          ...ownDatabase(place, seen.version),
        ],
      },
    ];
  }
  return [];
};

/** A server that does not tell its system identifier is known by its database's number only, which is not enough. */
const known = (identity: string): boolean => !identity.startsWith('unknown ');

const JUDGES: readonly Judge[] = [version, encoding, locale, encryption, rights, connections, content];

/** Everything about a database elsewhere that Synapse could not live with, each with its fix. Pure. */
export function judgeDatabase(seen: DatabaseSeen, place: DatabaseElsewhere, needs: DatabaseNeeds): Fault[] {
  if (!seen.reached) return [connectFailure(place, seen.error)];
  return JUDGES.flatMap((judge) => judge(seen, place, needs));
}

/** How far away the database is, in a sentence. */
export function distanceText(seen: DatabaseReached, place: DatabaseElsewhere): string {
  const trip = `A round trip to the database on ${serverText(place)} takes ${seen.roundTripMs} ms`;
  if (seen.roundTripMs <= SLOW_MS) return `${trip}.`;
  return `${trip}: a request takes tens of them, so clients will notice. Better a database in the same data centre (up to ${SLOW_MS} ms).`;
}
