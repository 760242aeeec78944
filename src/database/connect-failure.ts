import type { FailureText } from '../errors.ts';
import type { DatabaseElsewhere } from '../render/database-place.ts';
import { createSql, identifier, serverText } from './words.ts';

type Text = Omit<FailureText, 'safe'>;

interface Kind {
  /** In the words of libpq 17 (fe-connect.c, fe-secure-openssl.c) or of the server (auth.c, postinit.c). */
  readonly when: RegExp;
  text(place: DatabaseElsewhere, error: string): Omit<Text, 'why'> & { readonly why?: string };
}

const again = 'Then run this again.';

/**
 * What stops a connection, most telling first: one message may hold several attempts (IPv6, then IPv4). A server in
 * another language than English is not understood and ends in the last one, with its words.
 */
const KINDS: readonly Kind[] = [
  {
    when: /no password supplied|fe_sendauth/,
    text: (place) => ({
      code: 'MB-DATABASE-PASSWORD',
      what: `The password file has no password for ${serverText(place)}.`,
      fix: ['Give it: --database-password-file FILE'],
    }),
  },
  {
    when: /password authentication failed|role ".*" does not exist|authentication failed/i,
    text: (place) => ({
      code: 'MB-DATABASE-PASSWORD',
      what: `${serverText(place)} does not take the password of ${place.user}.`,
      fix: [
        'See whether the file of --database-password-file holds the right one, and whether the user in the URL is right.',
        `To set it, as the administrator in psql: \\password ${identifier(place.user)}`,
      ],
    }),
  },
  {
    when: /no encryption|SSL off|SSL connection is required|SSL\/TLS required|requires? (SSL|encryption)|insecure/i,
    text: (place) => ({
      code: 'MB-DATABASE-TLS-NEEDED',
      what: `${serverText(place)} takes encrypted connections only, and the URL says sslmode=${place.sslmode}.`,
      fix: [
        'Leave sslmode out of --database (verify-full), and give the authority of its certificate: --database-ca FILE',
      ],
    }),
  },
  {
    when: /no pg_hba\.conf entry|pg_hba\.conf rejects/,
    text: (place, error) => ({
      code: 'MB-DATABASE-ADDRESS',
      what: `${serverText(place)} takes no connections of ${place.user} to ${place.name} from this machine${address(error)}.`,
      fix: [
        "In the provider's settings: allow this address to connect.",
        `On a server of your own, in pg_hba.conf: hostssl ${place.name} ${place.user} ${addressOf(error) ?? 'ADDRESS/32'} scram-sha-256`,
      ],
    }),
  },
  {
    when: /database ".*" does not exist/,
    text: (place) => ({
      code: 'MB-DATABASE-ABSENT',
      what: `${serverText(place)} has no database ${place.name}.`,
      fix: [`As the administrator in psql: ${createSql(place)}`],
    }),
  },
  {
    when: /permission denied for database/,
    text: (place) => ({
      code: 'MB-DATABASE-RIGHTS',
      what: `${place.user} may not connect to ${place.name}.`,
      fix: [
        `As the administrator in psql: GRANT CONNECT ON DATABASE ${identifier(place.name)} TO ${identifier(place.user)};`,
      ],
    }),
  },
  {
    when: /too many (clients|connections)|remaining connection slots/,
    text: (place) => ({
      code: 'MB-DATABASE-CONNECTIONS',
      what: `${serverText(place)} has no connection left.`,
      fix: ["Raise max_connections there, or the role's and the database's CONNECTION LIMIT."],
    }),
  },
  {
    when: /server does not support SSL/,
    text: (place) => ({
      code: 'MB-DATABASE-NO-TLS',
      what: `${serverText(place)} has no TLS: passwords and messages would cross the network in the clear.`,
      fix: [
        'Turn TLS on there: ssl = on, with ssl_cert_file and ssl_key_file.',
        'If nobody else can listen on that network, say so: ?sslmode=disable at the end of the URL.',
      ],
    }),
  },
  {
    when: /does not match host name/,
    text: (place) => ({
      code: 'MB-DATABASE-CERTIFICATE-NAME',
      what: `The certificate of ${serverText(place)} is for another name.`,
      fix: [
        'Use the name that is in the certificate in --database.',
        'If there is none that leads there: ?sslmode=verify-ca takes any name of that authority.',
      ],
    }),
  },
  {
    when: /certificate verify failed|certificate has expired|self-signed/i,
    text: (place) => ({
      code: 'MB-DATABASE-CERTIFICATE',
      what: `The certificate of ${serverText(place)} is not signed by ${place.ca === undefined ? 'a public authority' : 'an authority of --database-ca'}, or has expired.`,
      fix: [
        "Get the authority's certificate from the provider (often called CA or root certificate), and give --database-ca FILE.",
        `To see what is shown: openssl s_client -starttls postgres -connect ${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port} -showcerts </dev/null`,
      ],
    }),
  },
  {
    when: /could not translate host name/,
    text: (place) => ({
      code: 'MB-DATABASE-NAME',
      what: `The machine does not find ${place.host} in the DNS.`,
      fix: ['Check the name in --database.', `On the machine: getent ahosts ${place.host}`],
    }),
  },
  {
    when: /Connection refused/,
    text: (place) => ({
      code: 'MB-DATABASE-REFUSED',
      what: `Nothing answers on ${serverText(place)}.`,
      fix: ['Check the port in --database, and whether Postgres there listens on more than localhost.'],
    }),
  },
  {
    when: /timeout expired|timed out|No route to host|Network is unreachable/,
    text: (place) => ({
      code: 'MB-DATABASE-UNREACHABLE',
      what: `${serverText(place)} cannot be reached from the machine.`,
      fix: ["Open the port for this machine in the provider's firewall.", again],
    }),
  },
  {
    when: /starting up|shutting down|recovery/,
    text: (place) => ({
      code: 'MB-DATABASE-BUSY',
      what: `${serverText(place)} is starting or stopping.`,
      fix: ['Wait a minute.', again],
    }),
  },
];

/** Why there is no connection, and what mends it. */
export function connectFailure(place: DatabaseElsewhere, error: string): Text {
  const kind = KINDS.find(({ when }) => when.test(error));
  const text = kind?.text(place, error) ?? {
    code: 'MB-DATABASE-CONNECT',
    what: `${serverText(place)} was reached, but there is no connection.`,
    fix: ['Correct what it says, then run this again.'],
  };
  return { why: error.split('\n').at(-1)?.trim() ?? '', ...text };
}

const addressOf = (error: string): string | undefined => {
  const found = /for host "([^"]+)"/.exec(error)?.[1];
  return found === undefined ? undefined : `${found}/${found.includes(':') ? 128 : 32}`;
};

const address = (error: string): string => {
  const found = /for host "([^"]+)"/.exec(error)?.[1];
  return found === undefined ? '' : `, which it sees as ${found}`;
};
