import { printable } from '../federation/printable.ts';

/** How the name of the account begins that this program asks the admin API with; eight hex digits follow. */
export const SERVICE_ACCOUNT = 'matrix-bastion-';

const SERVICE_LOCALPART = new RegExp(`^${SERVICE_ACCOUNT}[0-9a-f]{8}$`);

/** An account of the server, as its admin API describes it (`GET /_synapse/admin/v2/users`). */
export interface Account {
  readonly userId: string;
  /** As its owner wrote it; empty when there is none. */
  readonly displayName: string;
  readonly admin: boolean;
  readonly locked: boolean;
  readonly deactivated: boolean;
  readonly guest: boolean;
  /** Milliseconds since 1970; absent for an account that was never used. */
  readonly lastSeen?: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

type Json = Readonly<Record<string, unknown>>;

/** One account out of the API's list, or of its answer about one account. */
export const readAccount = (json: Json): Account => ({
  userId: String(json.name ?? ''),
  displayName: typeof json.displayname === 'string' ? json.displayname : '',
  admin: json.admin === true || json.admin === 1,
  locked: json.locked === true,
  deactivated: json.deactivated === true || json.deactivated === 1,
  guest: json.is_guest === true || json.is_guest === 1,
  ...(typeof json.last_seen_ts === 'number' && { lastSeen: json.last_seen_ts }),
  created: typeof json.creation_ts === 'number' ? json.creation_ts : 0,
});

export const localpartOf = (userId: string): string => userId.slice(1).replace(/:.*$/s, '');

/** Whether it is the account of this program itself: nobody logs in with it. */
export const isServiceAccount = ({ userId }: Account): boolean => SERVICE_LOCALPART.test(localpartOf(userId));

/** Whether somebody can do anything with it. A locked or deactivated account may still be a member of rooms. */
export const isUsable = ({ locked, deactivated }: Account): boolean => !locked && !deactivated;

/** Whether somebody can act as an administrator with it. */
export const isActingAdmin = (account: Account): boolean =>
  account.admin && isUsable(account) && !isServiceAccount(account);

/** Whether the server would be left without an administrator if this account could not be used any more. */
export const isLastAdmin = (account: Account, all: readonly Account[]): boolean =>
  isActingAdmin(account) && !all.some((other) => other.userId !== account.userId && isActingAdmin(other));

export const standingOf = ({ deactivated, locked, guest, admin }: Account): string => {
  if (deactivated) return 'deactivated';
  return [locked ? 'locked' : '', admin ? 'administrator' : guest ? 'guest' : 'user']
    .filter((word) => word !== '')
    .join(' ');
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Rows of name, display name, standing, day of creation and of last use; what users wrote is made safe to print. */
export const accountRows = (accounts: readonly Account[]): readonly (readonly string[])[] =>
  accounts.map((account) => [
    printable(account.userId, 255),
    printable(account.displayName, 40),
    isServiceAccount(account) ? 'matrix-bastion itself' : standingOf(account),
    account.created === 0 ? '' : dayOf(account.created),
    account.lastSeen === undefined ? 'never' : dayOf(account.lastSeen),
  ]);

/** The same for programs. */
export const accountJson = (account: Account): Readonly<Record<string, unknown>> => ({
  userId: account.userId,
  displayName: account.displayName,
  administrator: account.admin,
  locked: account.locked,
  deactivated: account.deactivated,
  guest: account.guest,
  ownAccountOfTheTool: isServiceAccount(account),
  ...(account.created > 0 && { created: new Date(account.created).toISOString() }),
  ...(account.lastSeen !== undefined && { lastSeen: new Date(account.lastSeen).toISOString() }),
});
