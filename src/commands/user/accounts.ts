import { nearest } from '../../answers/nearest.ts';
import { askOrFail } from '../../apply/admin-api.ts';
import { UsageError } from '../../errors.ts';
import { type Account, localpartOf, readAccount } from '../../people/accounts.ts';
import { userIdOf } from '../../people/names.ts';
import type { Server } from '../admin/server.ts';

/** As many as one answer of Synapse may hold without becoming slow; a guess. */
const PAGE = 500;

/** Every account of the server, also locked and deactivated ones. */
export const allAccounts = async ({ api }: Server): Promise<readonly Account[]> => {
  const accounts: Account[] = [];
  for (let from: string | undefined = '0'; from !== undefined; ) {
    const query = new URLSearchParams({ from, limit: `${PAGE}`, locked: 'true', deactivated: 'true' });
    const path = `/_synapse/admin/v2/users?${query}`;
    const body = await askOrFail(api, { method: 'GET', path }, 'The accounts could not be listed.');
    accounts.push(...((body.users as Record<string, unknown>[] | undefined) ?? []).map(readAccount));
    from = typeof body.next_token === 'string' ? body.next_token : undefined;
  }
  return accounts;
};

/** The id of an account on this server. @throws UsageError */
export const userIdOn = ({ domain }: Server, typed: string): string => {
  const found = userIdOf(typed, domain);
  if ('problem' in found) throw new UsageError(found.problem);
  return found.userId;
};

/** An account that has to be there. @throws UsageError that names the nearest one. */
export const knownAccount = (userId: string, accounts: readonly Account[]): Account => {
  const account = accounts.find((one) => one.userId === userId);
  if (account !== undefined) return account;
  const meant = nearest(
    localpartOf(userId),
    accounts.map((one) => localpartOf(one.userId)),
  );
  throw new UsageError(
    `There is no account ${userId} on this server${meant ? `; did you mean ${meant}?` : ''}`,
    ['See who is there: matrix-bastion user list'],
  );
};

export const userPath = (version: 'v1' | 'v2', what: string, userId: string): string =>
  `/_synapse/admin/${version}/${what}/${encodeURIComponent(userId)}`;
