import type { DatabaseElsewhere } from '../render/database-place.ts';

/**
 * Why a password cannot be used; undefined when it can. Everything else that Postgres takes can be in a password file
 * (PostgreSQL 17 manual, 32.16 "The Password File"; libpq, fe-connect.c, `passwordFromFile`).
 */
export function passwordObjection(password: string): string | undefined {
  if (password.includes('\n'))
    return "it holds a line break, and libpq's password file holds one password a line";
  if (password.includes('\0')) return 'it holds a NUL byte, which no Postgres accepts';
  return undefined;
}

const escaped = (field: string): string => field.replace(/[\\:]/g, '\\$&');

type Server = Pick<DatabaseElsewhere, 'host' | 'port' | 'name' | 'user'>;

/** The line up to the password: says for which server and role it is. */
export const pgpassPrefix = ({ host, port, name, user }: Server): string =>
  `${[host, String(port), name, user].map(escaped).join(':')}:`;

/**
 * The password file (pgpass) for one server, one line. libpq takes a carriage return before the line end for a part
 * of it; a password ends at an unescaped colon too, so the colon after it keeps one that ends so.
 */
export function pgpassLine(server: Server, password: string): string {
  const objection = passwordObjection(password);
  if (objection !== undefined) throw new Error(`a password was let through: ${objection}`);
  return `${pgpassPrefix(server)}${escaped(password)}:\n`;
}
