import { type CodeText, NOTHING } from './explained.ts';

const ADMINISTRATOR = 'As its administrator in psql, with the line that was shown';

/** The database: here, on a second machine, or run by somebody else. */
export const DATABASE_CODES = {
  'MB-DATABASE-CREATE': {
    means: 'The database could not be created.',
    why: "Postgres's own words are shown; the disk may be full.",
    fix: ['Check the disk of /opt/matrix-bastion/postgres, then run this again'],
    safe: 'There was no database before, and there is none now.',
  },
  'MB-DATABASE-ROLE': {
    means: 'Postgres does not answer, or did not take the password of its file.',
    why: 'Synapse logs in with that password.',
    fix: ['On the machine: cd /opt/matrix-bastion && docker compose logs postgres'],
    safe: 'Your data is untouched.',
  },
  'MB-DATABASE-CERTIFICATE-CREATE': {
    means: "The database machine's certificate could not be made.",
    why: 'The way between the two machines is encrypted with it.',
    fix: ['Check the disk of /opt/matrix-bastion on that machine, then run this again'],
    safe: 'The database was not touched.',
  },
  'MB-DB-HOST-SAME': {
    means: '--db-host is the machine that the homeserver is installed on.',
    why: 'It is meant for a second one.',
    fix: ['Leave --db-host out, or name another machine'],
    safe: NOTHING,
  },
  'MB-DATABASE-PASSWORD': {
    means: 'The password for the database is missing or not taken.',
    why: 'Without it there is no connection.',
    fix: ['Put it into a file that only you can read: --database-password-file FILE'],
    safe: NOTHING,
  },
  'MB-DATABASE-TLS-NEEDED': {
    means: 'The database takes encrypted connections only, and the URL turns that off.',
    why: 'sslmode in --database says so.',
    fix: ['Leave sslmode out of --database', 'For an authority of its own: --database-ca FILE'],
    safe: NOTHING,
  },
  'MB-DATABASE-NO-TLS': {
    means: 'The connection to the database would not be encrypted.',
    why: 'Passwords and messages would cross the network in the clear.',
    fix: [
      'Turn TLS on there: ssl = on',
      'Where nobody else can listen: ?sslmode=disable at the end of the URL',
    ],
    safe: NOTHING,
  },
  'MB-DATABASE-ADDRESS': {
    means: 'The database takes no connections from this machine.',
    why: 'Its access list does not have the address, user and database.',
    fix: ["Allow the address in the provider's settings, or in pg_hba.conf with the line shown"],
    safe: NOTHING,
  },
  'MB-DATABASE-ABSENT': {
    means: 'There is no database of that name.',
    why: 'Its administrator has to make it, with encoding UTF8 and locale C.',
    fix: [ADMINISTRATOR],
    safe: NOTHING,
  },
  'MB-DATABASE-RIGHTS': {
    means: 'The role may not connect, or may not create and change its tables.',
    why: 'Synapse makes its tables, and changes them when it is upgraded.',
    fix: [ADMINISTRATOR],
    safe: NOTHING,
  },
  'MB-DATABASE-CONNECTIONS': {
    means: 'The database gives too few connections.',
    why: 'Each process of Synapse keeps some, and backups and checks need a few.',
    fix: ["Raise max_connections, or the role's and the database's CONNECTION LIMIT"],
    safe: NOTHING,
  },
  'MB-DATABASE-CERTIFICATE': {
    means: "The database's certificate is not signed by a known authority, or has expired.",
    why: 'Anybody could stand in its place.',
    fix: ["Get the authority's certificate from the provider: --database-ca FILE"],
    safe: NOTHING,
  },
  'MB-DATABASE-CERTIFICATE-NAME': {
    means: "The database's certificate is for another name.",
    why: 'Anybody with a certificate of that authority could stand in its place.',
    fix: ['Use the name in the certificate in --database', 'If none leads there: ?sslmode=verify-ca'],
    safe: NOTHING,
  },
  'MB-DATABASE-NAME': {
    means: "The machine does not find the database's host in the DNS.",
    why: 'The name is wrong, or known in another network only.',
    fix: ['Check --database', 'On the machine: getent ahosts NAME'],
    safe: NOTHING,
  },
  'MB-DATABASE-REFUSED': {
    means: 'Nothing listens at the address of the database.',
    why: 'The port is wrong, or Postgres listens on localhost only.',
    fix: ['Check the port in --database, and listen_addresses there'],
    safe: NOTHING,
  },
  'MB-DATABASE-UNREACHABLE': {
    means: 'The machine cannot reach the database.',
    why: 'A firewall in between drops what is sent.',
    fix: ["Open the port for this machine in the provider's firewall"],
    safe: NOTHING,
  },
  'MB-DATABASE-BUSY': {
    means: 'The database is starting or stopping.',
    why: 'It takes no connections meanwhile.',
    fix: ['Wait a minute, then run this again'],
    safe: NOTHING,
  },
  'MB-DATABASE-CONNECT': {
    means: 'The database could not be looked at; its own words are shown.',
    why: 'Nothing is planned on what could not be seen.',
    fix: ['Correct what it says, then run this again'],
    safe: NOTHING,
  },
  'MB-DATABASE-VERSION': {
    means: 'Postgres there is older than Synapse needs.',
    why: 'Synapse would not start.',
    fix: ["Upgrade it by the provider's way, then run this again"],
    safe: NOTHING,
  },
  'MB-DATABASE-ENCODING': {
    means: 'The database has another encoding than UTF8.',
    why: 'Messages in other scripts could not be stored, and Synapse would not start.',
    fix: ['Make it anew, where it is empty, with the line that was shown'],
    safe: NOTHING,
  },
  'MB-DATABASE-LOCALE': {
    means: 'The database sorts by another locale than C.',
    why: 'An upgrade of the system below it would corrupt its indexes.',
    fix: ['Make it anew, where it is empty, with the line that was shown'],
    safe: NOTHING,
  },
  'MB-DATABASE-READ-ONLY': {
    means: 'The database takes no writes.',
    why: 'It is a replica, or set to read only.',
    fix: ['Give the address of the primary server in --database'],
    safe: NOTHING,
  },
  'MB-DATABASE-STRAY': {
    means: "The database holds tables that are not Synapse's.",
    why: 'Synapse needs one of its own.',
    fix: ['Make another database, with the line that was shown'],
    safe: NOTHING,
  },
  'MB-DATABASE-FOREIGN': {
    means: 'The database is that of another domain.',
    why: 'A database belongs to one domain for ever.',
    fix: ['Make another database, with the line that was shown'],
    safe: NOTHING,
  },
} satisfies Readonly<Record<string, CodeText>>;
