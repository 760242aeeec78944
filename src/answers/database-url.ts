import { parseIp } from '../address/ip.ts';
import { bad, ok, type Parsed } from './question.ts';

/** As in libpq (PostgreSQL 17 manual, table 32.1); `allow` and `prefer` fall back to plaintext, so they are not offered. */
const SSL_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const;
type SslMode = (typeof SSL_MODES)[number];

/** What a URL says of a Postgres server; no password. */
export interface DatabaseUrl {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly name: string;
  readonly sslmode: SslMode;
}

const DEFAULT_PORT = 5432;

/** NAMEDATALEN - 1 (PostgreSQL 17 manual, 4.1.1): longer names would be cut without a word. In bytes. */
const NAME_LIMIT = 63;

/** Labels of letters, digits, - and _, as resolvers take them. */
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?$/;

/** Printable, and nothing that YAML or a terminal could read otherwise. */
const PRINTABLE = /^[\x20-\x7e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]+$/u;

/**
 * `postgresql://user@host[:port]/database[?sslmode=…]`, as libpq has it (PostgreSQL 17 manual, 32.1.1.2), with one
 * server and no setting but sslmode: each of the others is decided here.
 */
export function parseDatabaseUrl(text: string): Parsed<DatabaseUrl> {
  const given = text.trim();
  const parts = /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^/?#]*))?(?:\?([^#]*))?$/.exec(given);
  if (!parts) return bad('is not a URL such as postgresql://user@host:5432/database');
  const [, authority = '', path = '', query = ''] = parts;
  const at = authority.lastIndexOf('@');
  const login = authority.slice(0, Math.max(at, 0));
  if (login.includes(':') || /(^|&)password=/.test(query))
    return bad(
      'holds a password, which everybody on this computer could read in the list of processes: leave it out, put it into a file, and give --database-password-file FILE; then change it, because it was seen',
    );
  const server = splitServer(authority.slice(at + 1));
  if (!server.ok) return server;
  const user = named(login, 'user');
  if (!user.ok) return user;
  const name = named(path, 'database');
  if (!name.ok) return name;
  const sslmode = sslModeOf(query);
  if (!sslmode.ok) return sslmode;
  return ok({ ...server.value, user: user.value, name: name.value, sslmode: sslmode.value });
}

/** The same in its one form; `verify-full` is what is meant when nothing is said. */
export function formatDatabaseUrl({ host, port, user, name, sslmode }: DatabaseUrl): string {
  const server = host.includes(':') ? `[${host}]` : host;
  const query = sslmode === 'verify-full' ? '' : `?sslmode=${sslmode}`;
  return `postgresql://${encodeURIComponent(user)}@${server}:${port}/${encodeURIComponent(name)}${query}`;
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`. */
function splitServer(text: string): Parsed<{ host: string; port: number }> {
  if (text.includes(',')) return bad('names several servers: Synapse connects to one');
  if (parseIp(text)?.bits === 128) return bad('names no server: an IPv6 address belongs between [ and ]');
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text);
  if (!parts) return bad('names no server: an IPv6 address belongs between [ and ]');
  const [, v6, plain = '', port] = parts;
  const host = v6 ?? plain;
  if (host === '') return bad('names no server: postgresql://user@host:5432/database');
  if (v6 === undefined ? !parseIp(host) && !HOST_NAME.test(host) : parseIp(v6)?.bits !== 128)
    return bad(`names no server: "${host}" is neither a host name nor an address`);
  // Digits and dots that are no address would be asked of the DNS.
  if (/^[\d.]+$/.test(host) && !parseIp(host)) return bad(`names no server: "${host}" is not an address`);
  const number = port === undefined || port === '' ? DEFAULT_PORT : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535 || !/^\d*$/.test(port ?? ''))
    return bad(`has "${port}" for a port (1 to 65535)`);
  return ok({ host: host.toLowerCase(), port: number });
}

function named(encoded: string, what: 'user' | 'database'): Parsed<string> {
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    return bad(`has a % in the name of the ${what} that is no escape: write it as %25`);
  }
  if (name === '') return bad(`names no ${what}: postgresql://user@host:5432/database`);
  if (!PRINTABLE.test(name)) return bad(`has characters in the name of the ${what} that cannot be used`);
  if (Buffer.byteLength(name) > NAME_LIMIT)
    return bad(`names a ${what} of more than ${NAME_LIMIT} bytes, which Postgres would cut`);
  return ok(name);
}

function sslModeOf(query: string): Parsed<SslMode> {
  const settings = query === '' ? [] : query.split('&').map((setting) => setting.split('=', 2));
  const other = settings.find(([key]) => key !== 'sslmode');
  if (other) {
    return bad(
      other[0] === 'sslrootcert'
        ? 'has sslrootcert: give the authority as --database-ca FILE'
        : `has the setting ${other[0]}: only sslmode may be there`,
    );
  }
  if (settings.length > 1) return bad('has sslmode twice');
  const wanted = settings[0]?.[1];
  if (wanted === undefined) return ok('verify-full');
  const mode = SSL_MODES.find((known) => known === wanted);
  if (mode) return ok(mode);
  return bad(
    wanted === 'prefer' || wanted === 'allow'
      ? `has sslmode=${wanted}, which goes on without encryption when the server has none: say require, or disable if that is meant`
      : `has sslmode=${wanted}: one of ${SSL_MODES.join(', ')}`,
  );
}
