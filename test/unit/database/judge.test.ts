import { describe, expect, it } from 'vitest';
import { type DatabaseNeeds, distanceText, judgeDatabase } from '../../../src/database/judge.ts';
import type { DatabaseReached } from '../../../src/database/seen.ts';
import type { DatabaseElsewhere } from '../../../src/render/database-place.ts';

const PLACE: DatabaseElsewhere = {
  kind: 'elsewhere',
  host: 'db.example.com',
  port: 5432,
  user: 'matrix "user"',
  name: 'synapse',
  sslmode: 'verify-full',
};

const FIT: DatabaseReached = {
  reached: true,
  version: 170_006,
  versionText: '17.6',
  encoding: 'UTF8',
  collate: 'C',
  ctype: 'C',
  provider: 'libc',
  locale: '',
  tls: true,
  tlsVersion: 'TLSv1.3',
  owner: 'matrix "user"',
  schema: 'public',
  mayCreate: true,
  readOnly: false,
  maxConnections: 100,
  reserved: 3,
  roleLimit: -1,
  databaseLimit: -1,
  tableCount: 0,
  tables: [],
  foreignTables: 0,
  synapse: false,
  firstUser: null,
  admins: [],
  identity: '7400000000000000000 16385',
  roundTripMs: 0.4,
};

const NEEDS: DatabaseNeeds = { domain: 'example.org', pools: 55, keyHere: true, identity: '' };

/** What a Synapse has put there. */
const USED = {
  tableCount: 170,
  tables: ['access_tokens'],
  synapse: true,
  firstUser: '@ada:example.org',
} as const;

const codes = (
  seen: Partial<DatabaseReached>,
  needs: Partial<DatabaseNeeds> = {},
  place: Partial<DatabaseElsewhere> = {},
): string[] =>
  judgeDatabase({ ...FIT, ...seen }, { ...PLACE, ...place }, { ...NEEDS, ...needs }).map(({ code }) => code);

describe('a database that Synapse can live with', () => {
  it.each<[string, Partial<DatabaseReached>, Partial<DatabaseNeeds>]>([
    ['an empty one', {}, {}],
    ['the oldest version', { version: 140_000, versionText: '14.0' }, {}],
    ['its own, used', USED, { identity: FIT.identity }],
    ['its own before it was recorded', USED, {}],
    ['its own without a single user', { ...USED, firstUser: null }, {}],
    ['just enough connections', { maxConnections: 61 }, {}],
    ['limits that are just enough', { roleLimit: 58, databaseLimit: 58 }, {}],
    [
      'a server that tells no system identifier',
      { ...USED, identity: 'unknown 16385' },
      { identity: FIT.identity },
    ],
    ['sorting by Postgres itself in the locale C', { provider: 'builtin', locale: 'C' }, {}],
  ])('%s', (_name, seen, needs) => {
    expect(codes(seen, needs)).toEqual([]);
  });

  it('without TLS only where that was said', () => {
    expect(codes({ tls: false }, {}, { sslmode: 'disable' })).toEqual([]);
  });
});

describe('a database that it cannot live with', () => {
  it.each<[string, Partial<DatabaseReached>, Partial<DatabaseNeeds>, string]>([
    ['too old', { version: 130_022, versionText: '13.22' }, {}, 'MB-DATABASE-VERSION'],
    ['another encoding', { encoding: 'SQL_ASCII' }, {}, 'MB-DATABASE-ENCODING'],
    ['another collation', { collate: 'en_US.UTF-8' }, {}, 'MB-DATABASE-LOCALE'],
    ['another ctype', { ctype: 'C.UTF-8' }, {}, 'MB-DATABASE-LOCALE'],
    ['C.UTF-8, which is not C', { collate: 'C.UTF-8', ctype: 'C.UTF-8' }, {}, 'MB-DATABASE-LOCALE'],
    ['the builtin C.UTF-8 behind a C', { provider: 'builtin', locale: 'C.UTF-8' }, {}, 'MB-DATABASE-LOCALE'],
    ['ICU behind a C', { provider: 'icu', locale: 'en-US' }, {}, 'MB-DATABASE-LOCALE'],
    ['not encrypted', { tls: false, tlsVersion: '' }, {}, 'MB-DATABASE-NO-TLS'],
    ['a replica', { readOnly: true }, {}, 'MB-DATABASE-READ-ONLY'],
    ['no right to create', { mayCreate: false, owner: 'postgres' }, {}, 'MB-DATABASE-RIGHTS'],
    ['no schema', { schema: null, mayCreate: false }, {}, 'MB-DATABASE-RIGHTS'],
    ["Synapse's tables, another's", { ...USED, foreignTables: 3 }, {}, 'MB-DATABASE-RIGHTS'],
    ['one connection too few', { maxConnections: 60 }, {}, 'MB-DATABASE-CONNECTIONS'],
    ['a limit of the role', { roleLimit: 57 }, {}, 'MB-DATABASE-CONNECTIONS'],
    ['a limit of the database', { databaseLimit: 0 }, {}, 'MB-DATABASE-CONNECTIONS'],
    ['tables of something else', { tableCount: 2, tables: ['orders', 'people'] }, {}, 'MB-DATABASE-STRAY'],
    ['another server', { ...USED, firstUser: '@ada:example.com' }, {}, 'MB-DATABASE-FOREIGN'],
    ['a user id with a port', { ...USED, firstUser: '@ada:example.org:8448' }, {}, 'MB-DATABASE-FOREIGN'],
    ['a Synapse without its key here', USED, { keyHere: false }, 'MB-KEY-LOST'],
    [
      'another than was recorded',
      { ...USED, identity: '1 2' },
      { identity: FIT.identity },
      'MB-DATABASE-OTHER',
    ],
    ['empty where there was data', {}, { identity: FIT.identity }, 'MB-DATABASE-LOST'],
  ])('%s', (_name, seen, needs, code) => {
    expect(codes(seen, needs)).toEqual([code]);
  });

  it('says everything at once', () => {
    expect(codes({ encoding: 'LATIN1', collate: 'de_DE', maxConnections: 20, mayCreate: false })).toEqual([
      'MB-DATABASE-ENCODING',
      'MB-DATABASE-LOCALE',
      'MB-DATABASE-RIGHTS',
      'MB-DATABASE-CONNECTIONS',
    ]);
  });

  it('has a fix for each, in SQL that means the names as they are', () => {
    const [fault] = judgeDatabase({ ...FIT, mayCreate: false, owner: 'postgres' }, PLACE, NEEDS);
    expect(fault?.fix).toEqual([
      'As the administrator in psql: ALTER DATABASE "synapse" OWNER TO "matrix ""user""";',
      'Or, connected to synapse: GRANT USAGE, CREATE ON SCHEMA "public" TO "matrix ""user""";',
    ]);
    const [locale] = judgeDatabase({ ...FIT, collate: 'de_DE' }, PLACE, NEEDS);
    expect(locale?.fix?.[0]).toContain(
      `DROP DATABASE "synapse"; CREATE DATABASE "synapse" OWNER "matrix ""user""" ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;`,
    );
  });

  it('never says to drop one that holds something', () => {
    const [fault] = judgeDatabase({ ...FIT, ...USED, encoding: 'LATIN1' }, PLACE, NEEDS);
    expect(fault?.fix?.join(' ')).not.toContain('DROP');
  });
});

/** Words of libpq 17 and of servers, as they were seen. */
describe('a connection that is refused', () => {
  it.each([
    ['FATAL:  password authentication failed for user "u"', 'MB-DATABASE-PASSWORD'],
    [
      'connection to server at "db", port 5432 failed: fe_sendauth: no password supplied',
      'MB-DATABASE-PASSWORD',
    ],
    [
      'FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "u", database "d", no encryption',
      'MB-DATABASE-TLS-NEEDED',
    ],
    [
      'FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "u", database "d", SSL encryption',
      'MB-DATABASE-ADDRESS',
    ],
    ['FATAL:  database "d" does not exist', 'MB-DATABASE-ABSENT'],
    ['FATAL:  permission denied for database "d"', 'MB-DATABASE-RIGHTS'],
    ['FATAL:  sorry, too many clients already', 'MB-DATABASE-CONNECTIONS'],
    ['server does not support SSL, but SSL was required', 'MB-DATABASE-NO-TLS'],
    ['server certificate for "a" does not match host name "b"', 'MB-DATABASE-CERTIFICATE-NAME'],
    ['SSL error: certificate verify failed', 'MB-DATABASE-CERTIFICATE'],
    ['could not translate host name "db" to address: Name or service not known', 'MB-DATABASE-NAME'],
    ['connection to server at "192.0.2.8", port 5433 failed: Connection refused', 'MB-DATABASE-REFUSED'],
    ['connection to server at "192.0.2.8", port 5432 failed: timeout expired', 'MB-DATABASE-UNREACHABLE'],
    ['FATAL:  the database system is starting up', 'MB-DATABASE-BUSY'],
    ['ФАТАЛЬНО: что-то', 'MB-DATABASE-CONNECT'],
  ])('%s', (error, code) => {
    const [fault] = judgeDatabase({ reached: false, error }, PLACE, NEEDS);
    expect(fault).toMatchObject({ code, why: error });
    expect(fault?.fix?.length).toBeGreaterThan(0);
  });

  it('names the address that the server saw', () => {
    const error =
      'FATAL:  no pg_hba.conf entry for host "2001:db8::7", user "u", database "d", SSL encryption';
    const [fault] = judgeDatabase({ reached: false, error }, PLACE, NEEDS);
    expect(fault?.what).toContain('which it sees as 2001:db8::7');
    expect(fault?.fix?.join()).toContain('2001:db8::7/128');
  });
});

describe('the distance', () => {
  it('is said, and that it is too far', () => {
    expect(distanceText(FIT, PLACE)).toBe(
      'A round trip to the database on db.example.com:5432 takes 0.4 ms.',
    );
    expect(distanceText({ ...FIT, roundTripMs: 12 }, PLACE)).toContain('clients will notice');
  });
});
