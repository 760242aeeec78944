import type { DatabaseElsewhere } from '../render/database-place.ts';

/** A name as SQL has it: always quoted, so that it means itself (PostgreSQL 17 manual, 4.1.1). */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** How the server is named to people. */
export const serverText = ({ host, port }: Pick<DatabaseElsewhere, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** LOCALE_PROVIDER is new in 15; without it a cluster of ICU's or of Postgres's own locales passes its own on. */
const PROVIDERS_SINCE = 150_000;

/** Makes the database as Synapse needs it. @param version of the server as libpq counts, when it is known. */
export const createSql = (
  { name, user }: Pick<DatabaseElsewhere, 'name' | 'user'>,
  version: number = PROVIDERS_SINCE,
): string => {
  const provider = version >= PROVIDERS_SINCE ? ' LOCALE_PROVIDER libc' : '';
  return `CREATE DATABASE ${identifier(name)} OWNER ${identifier(user)} ENCODING 'UTF8'${provider} LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;`;
};
