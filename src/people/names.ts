import { admin } from '../answers/questions/admin.ts';
import { printable } from '../federation/printable.ts';
import { SERVICE_ACCOUNT } from './accounts.ts';

/** Longest user id. Source: Matrix specification, appendices, "User Identifiers". */
const USER_ID_LIMIT = 255;

/** Historical ids hold any printable ASCII (same section, "Historical User IDs"). */
const HISTORICAL = /^[\x21-\x39\x3b-\x7e]+$/;

/** `anna`, `@anna` or `@anna:example.org`, taken apart. */
const parts = (typed: string): { readonly localpart: string; readonly domain?: string } => {
  const given = typed.trim();
  const [, localpart = '', domain] = /^@([^:]*):(.*)$/s.exec(given) ?? [];
  return domain === undefined ? { localpart: given.replace(/^@/, '') } : { localpart, domain };
};

/** Why no account can be called that; undefined when one may be: old ids hold what new ones may not. */
export const nameProblem = (typed: string): string | undefined => {
  const { localpart } = parts(typed);
  return HISTORICAL.test(localpart) && localpart.length < USER_ID_LIMIT
    ? undefined
    : `"${printable(typed)}" is no name of an account`;
};

/** Why no new account can be called that: the rules of the administrator's name in `init`. */
export const newNameProblem = (typed: string, domain?: string): string | undefined => {
  const { localpart } = parts(typed);
  const name = admin.parse(localpart, { known: domain === undefined ? {} : { domain } });
  if (!name.ok) return printable(name.problem, 400);
  return localpart.startsWith(SERVICE_ACCOUNT)
    ? `names that begin with ${SERVICE_ACCOUNT} are for this program's own account`
    : undefined;
};

/** The whole id of an account on this server. */
export const userIdOf = (
  typed: string,
  domain: string,
): { readonly userId: string } | { readonly problem: string } => {
  const given = parts(typed);
  if (given.domain !== undefined && given.domain.toLowerCase() !== domain)
    return { problem: `${printable(typed)} is on another server: here names end in :${domain}` };
  return { userId: `@${given.localpart}:${domain}` };
};
