import { ELEMENT_WEB, phoneLink } from '../guide/clients.ts';
import { count } from '../text/count.ts';

/** One use within a week: a link that goes astray opens little, for a short time. */
export const DEFAULT_USES = 1;
export const DEFAULT_EXPIRY_MS = 7 * 24 * 3_600_000;

/** A registration token, as the admin API describes it (`GET /_synapse/admin/v1/registration_tokens`). */
export interface Invite {
  readonly token: string;
  /** Accounts that it may make; absent: any number. */
  readonly uses?: number;
  /** Accounts that it made. */
  readonly completed: number;
  /** Registrations that were begun with it and are not finished. */
  readonly pending: number;
  /** Milliseconds since 1970; absent: it does not expire. */
  readonly expires?: number;
}

type Json = Readonly<Record<string, unknown>>;

export const readInviteToken = (json: Json): Invite => ({
  token: String(json.token ?? ''),
  ...(typeof json.uses_allowed === 'number' && { uses: json.uses_allowed }),
  completed: typeof json.completed === 'number' ? json.completed : 0,
  pending: typeof json.pending === 'number' ? json.pending : 0,
  ...(typeof json.expiry_time === 'number' && { expires: json.expiry_time }),
});

/** Whether somebody can still register with it. @param now milliseconds since 1970, by the server's clock */
export const isOpen = ({ uses, completed, pending, expires }: Invite, now: number): boolean =>
  (uses === undefined || completed + pending < uses) && (expires === undefined || expires > now);

/** The web client that a server has of its own, as its answers name it. */
export interface OwnClient {
  readonly name: string;
  readonly host: string;
}

/** Where somebody registers: the server's name, and its own web client where it has one. */
export interface Place {
  readonly domain: string;
  readonly client?: OwnClient;
}

/** A web client that takes server and token out of the link; Element's does not (docs/security.md). */
const PUBLIC_CINNY = 'app.cinny.in';

/**
 * The link that opens a registration form with the server filled in, and with the token where the form takes one. The host
 * of a client gets to see it: somebody else's only where it is for one account and used up soon.
 */
const registerLink = (
  { domain, client }: Place,
  { token, uses }: Invite,
): { link: string; filled: boolean } => {
  if (client?.name === 'element') return { link: `https://${client.host}/#/register`, filled: false };
  const own = client?.name === 'cinny';
  const filled = own || uses === 1;
  const form = `https://${own ? client.host : PUBLIC_CINNY}/register/${encodeURIComponent(domain)}/`;
  return { link: filled ? `${form}?token=${encodeURIComponent(token)}` : form, filled };
};

/** The link alone, as a code for a camera has it. */
export const linkOf = (place: Place, invite: Invite): string => registerLink(place, invite).link;

/** Whether a link hands the token to somebody else's host. */
export const tellsOthers = (place: Place, invite: Invite): boolean =>
  place.client === undefined && registerLink(place, invite).filled;

const dayAndTime = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace(/:\d\d\.\d+Z$/, ' UTC')
    .replace('T', ' ');

/** `for 1 account, until 2026-01-31 03:00 UTC`. */
export const termsOf = ({ uses, expires }: Invite): string =>
  [
    uses === undefined ? 'for any number of accounts' : `for ${count(uses, 'account')}`,
    expires === undefined ? 'without an end' : `until ${dayAndTime(expires)}`,
  ].join(', ');

/** Rows of token, state, uses and end. */
export const inviteRows = (invites: readonly Invite[], now: number): readonly (readonly string[])[] =>
  invites.map((invite) => [
    invite.token,
    isOpen(invite, now) ? 'open' : invite.expires !== undefined && invite.expires <= now ? 'expired' : 'used',
    `${invite.completed} of ${invite.uses ?? 'any number'}`,
    invite.expires === undefined ? 'never' : dayAndTime(invite.expires),
  ]);

/** The same for programs. */
export const inviteJson = (invite: Invite, place: Place, now: number): Json => ({
  token: invite.token,
  open: isOpen(invite, now),
  uses: invite.uses ?? null,
  completed: invite.completed,
  pending: invite.pending,
  expires: invite.expires === undefined ? null : new Date(invite.expires).toISOString(),
  link: linkOf(place, invite),
});

/** What whoever gets the link has to know, one line each: clients differ in what they take from a link. */
export const howToUse = (place: Place, invite: Invite): readonly string[] => {
  const { link, filled } = registerLink(place, invite);
  return [
    `In a browser: ${link}${filled ? '' : ' (it asks for the token)'}`,
    ...(place.client?.name === 'element'
      ? []
      : [
          `In Element (${ELEMENT_WEB}/#/register): change the server to ${place.domain}; it asks for the token at the end.`,
        ]),
    `On a phone: register in a browser first, Element X cannot with a token; then ${phoneLink(place.domain)}`,
  ];
};
