import { ask, type Question } from '../life/ask.ts';

/** What Element X asks a server on the way to its list of rooms, without and with somebody logged in. */
export interface SeenByElementX {
  readonly base: string;
  readonly slidingSync: unknown;
  readonly flows: readonly string[];
  /** Status and body of sliding sync for a stranger, and for somebody. */
  readonly stranger: { readonly status: number; readonly errcode: unknown };
  readonly somebody: { readonly status: number; readonly position: unknown };
  /** Access-Control-Allow-Origin of each answer, a browser's question before the request included. */
  readonly allowed: readonly (string | undefined)[];
  /** Content types of what is read as JSON. */
  readonly types: readonly (string | undefined)[];
}

const SYNC = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0';
const LISTS = JSON.stringify({
  conn_id: 'room-list',
  lists: { all_rooms: { ranges: [[0, 19]], required_state: [['m.room.encryption', '']], timeline_limit: 1 } },
});

/**
 * From a name alone, in the order in which Element X goes: well-known, versions, kinds of login, sliding sync.
 * @param token of somebody who is logged in
 */
export const asElementX = async (serverName: string, token: string): Promise<SeenByElementX> => {
  const [file] = await ask([{ host: serverName, path: '/.well-known/matrix/client' }]);
  const wellKnown = JSON.parse(file?.body ?? '') as { 'm.homeserver': { base_url: string } };
  const base = wellKnown['m.homeserver'].base_url;
  const host = new URL(base).hostname;
  const json = { 'Content-Type': 'application/json' };
  const post: Question = { host, path: SYNC, method: 'POST', headers: json, body: LISTS };
  const answers = await ask([
    { host, path: '/_matrix/client/versions' },
    { host, path: '/_matrix/client/v3/login' },
    post,
    { ...post, headers: { ...json, Authorization: `Bearer ${token}` } },
    { host, path: SYNC, method: 'OPTIONS' },
  ]);
  const [versions, login, stranger, somebody] = answers.map(({ body }) => JSON.parse(body || '{}'));
  return {
    base,
    slidingSync: versions.unstable_features['org.matrix.simplified_msc3575'],
    flows: login.flows.map(({ type }: { type: string }) => type),
    stranger: { status: answers[2]?.status ?? 0, errcode: stranger.errcode },
    somebody: { status: answers[3]?.status ?? 0, position: somebody.pos },
    allowed: [file, ...answers].map((answer) => answer?.headers['access-control-allow-origin']),
    types: [file, ...answers.slice(0, 4)].map((answer) => answer?.headers['content-type']),
  };
};
