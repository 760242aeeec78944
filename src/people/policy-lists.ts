/** A list of bans that others publish, as a room with `m.policy.rule.*` events (the specification, "Moderation policy lists"). */
export interface PolicyList {
  readonly alias: string;
  /** Its alias may move on; the room is what is watched. */
  readonly roomId: string;
  readonly covers: string;
}

/**
 * Lists that are known well enough to be named; any other can be watched as well. Sources: Draupnir's documentation,
 * matrix-docker-ansible-deploy, Meowlnir's documentation. Whether a list is alive is asked when it is subscribed to.
 */
export const POLICY_LISTS: readonly PolicyList[] = [
  {
    alias: '#community-moderation-effort-bl:neko.dev',
    roomId: '!fTjMjIzNKEsFlUIiru:neko.dev',
    covers: 'accounts that spam and scam; by volunteers; the one that Draupnir recommends',
  },
  {
    alias: '#huginn-muninn-active-threats:feline.support',
    roomId: '!QJKZNWnsItkUuthamp:feline.support',
    covers: 'servers from which attacks are going on; by volunteers',
  },
  {
    alias: '#matrix-org-coc-bl:matrix.org',
    roomId: '!WuBtumawCeOGEieRrp:matrix.org',
    covers: 'breaches of the code of conduct of matrix.org, which are more than spam',
  },
  {
    alias: '#matrix-org-hs-tos-bl:matrix.org',
    roomId: '!tUPwPPmVTaiKXMiijj:matrix.org',
    covers: 'breaches of the terms of the server matrix.org',
  },
];

const LINK = 'https://matrix.to/#/';

/** How the bots write a room down (matrix.to; the specification, appendices, "matrix.to navigation"). */
export const roomLink = (roomId: string, via: readonly string[]): string =>
  `${LINK}${encodeURIComponent(roomId)}${via.length === 0 ? '' : `?${via.map((server) => `via=${encodeURIComponent(server)}`).join('&')}`}`;

/** The room's id or alias in such a link; undefined for anything else. */
export const linkedRoom = (link: unknown): string | undefined => {
  if (typeof link !== 'string' || !link.startsWith(LINK)) return undefined;
  const [room = ''] = link.slice(LINK.length).split(/[/?]/);
  try {
    return decodeURIComponent(room);
  } catch {
    return undefined;
  }
};

/** The links in what a bot keeps of its lists; what is none is left alone, and in its place. */
export const referencesIn = (body: Readonly<Record<string, unknown>>): readonly unknown[] =>
  Array.isArray(body.references) ? body.references : [];

/** State of a room that is a policy list: what its maker's bot calls it, or a rule, under the names of today and of before. */
const LIST_EVENT =
  /^(?:org\.matrix\.mjolnir\.shortcode|(?:m\.policy|m\.room|org\.matrix\.mjolnir)\.rule\.(?:user|room|server))$/;

/** Whether a room with events of these types is a policy list. */
export const isPolicyList = (types: readonly unknown[]): boolean =>
  types.some((type) => typeof type === 'string' && LIST_EVENT.test(type));
