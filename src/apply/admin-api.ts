import { MODERATION_BOTS, type ModerationBot } from '../answers/answers.ts';
import { Failure } from '../errors.ts';
import { SERVICE_ACCOUNT } from '../people/accounts.ts';
import { PATHS, type Service, UID } from '../render/layout.ts';
import { LOCK_FOLDER } from './lock.ts';
import { marked, script, tail } from './script.ts';
import type { Hands } from './tools.ts';

/** A request of Synapse's API; `path` with its query, every value in it percent-encoded. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The worker that serves it, by its service; absent: the main process. */
  readonly service?: Service;
  /** How long the answer may take; absent: 100. Then its status is 504. */
  readonly seconds?: number;
  /** As somebody who is not logged in. */
  readonly anonymous?: true;
  /** In the name of a moderation bot, instead of the program's own account. */
  readonly as?: ModerationBot;
  /** The user id of an account of this server in whose name it is asked, with a token that is borrowed for it. */
  readonly user?: string;
}

/** An ordinary account for a moderation bot. Its token becomes a file on the machine and is in no reply. */
export interface MintRequest {
  readonly mint: ModerationBot;
  readonly displayname: string;
  /** Whether an account of that name is known to be the bot's own: then it gets a new token. */
  readonly renew: boolean;
}

export type AdminRequest = ApiRequest | MintRequest;

export interface AdminReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks one after another, each whatever became of the one before. */
export type AdminApi = (requests: readonly AdminRequest[]) => Promise<readonly AdminReply[]>;

const nameIn = ({ as, user = as }: ApiRequest): string => (user === undefined ? '' : `${user}: `);

/** What a log may know of a request: tokens are parts of paths. */
const logged = (request: AdminRequest): string =>
  'mint' in request
    ? `an account for ${request.mint}`
    : `${nameIn(request)}${request.method} ${request.path.replace(/(registration_tokens\/)(?!new$)[^?/]+/, '$1…')}`;

/**
 * The admin API of the server on a machine, over its container's loopback. `plain` is the machine without the log: replies
 * hold tokens, requests hold passwords.
 * @throws Failure MB-ADMIN-API when Synapse cannot be asked at all; a refusal of Synapse is a reply.
 */
export const createAdminApi = (
  plain: Hands['host'],
  { scripts, signal }: Pick<Hands, 'scripts' | 'signal'>,
  log: (line: string) => void,
): AdminApi => {
  const text = script({ scripts }, 'ask-synapse.sh', {
    root: PATHS.root,
    memory: LOCK_FOLDER,
    account: SERVICE_ACCOUNT,
    bots: MODERATION_BOTS.map((bot) => `${bot} ${UID[bot].uid}:${UID[bot].gid}`).join('\n'),
  });
  return async (requests) => {
    const { code, stdout, stderr } = await plain.run(text, { input: JSON.stringify(requests), signal });
    const said = marked(stdout, 'MB-REPLIES');
    if (code !== 0 || said === undefined)
      throw new Failure({
        code: 'MB-ADMIN-API',
        what: `Synapse's admin API on ${plain.name} could not be asked.`,
        why: tail(stderr, 1)[0] ?? `exit code ${code}`,
        fix: [
          `On the machine: cd ${PATHS.root} && docker compose ps && docker compose logs --tail 20 synapse`,
          'When Synapse runs, run this again.',
        ],
        safe: 'What was not answered may have been done all the same: run this again, it looks first.',
      });
    const replies = JSON.parse(said) as readonly AdminReply[];
    for (const [index, request] of requests.entries())
      log(`admin API: ${logged(request)}: ${replies[index]?.status ?? 'no answer'}`);
    return replies;
  };
};

/** One request that has to work. @throws Failure with Synapse's own words. */
export const askOrFail = async (
  api: AdminApi,
  request: AdminRequest,
  what: string,
): Promise<AdminReply['body']> => {
  const [reply] = await api([request]);
  if (reply !== undefined && reply.status >= 200 && reply.status < 300) return reply.body;
  throw refusedBySynapse(reply, what);
};

/** Requests that each thing of a long list needs, and of how many in one round trip, which has to end within 300 s. */
interface ForEach<T> {
  readonly requestsFor: (item: T) => readonly AdminRequest[];
  readonly batch: number;
  readonly signal: AbortSignal;
}

/** Asks for each thing of a long list. @returns the reply to the last request for each, in the order of the list */
export const askForEach = async <T>(
  api: AdminApi,
  items: readonly T[],
  { requestsFor, batch, signal }: ForEach<T>,
): Promise<readonly (AdminReply | undefined)[]> => {
  const last: (AdminReply | undefined)[] = [];
  for (let from = 0; from < items.length; from += batch) {
    signal.throwIfAborted();
    const requests = items.slice(from, from + batch).map(requestsFor);
    const replies = await api(requests.flat());
    let at = 0;
    for (const { length } of requests) {
      at += length;
      last.push(replies[at - 1]);
    }
  }
  return last;
};

/** What Synapse said to a request that it did not carry out. */
export const refusedBySynapse = (reply: AdminReply | undefined, what: string): Failure =>
  new Failure({
    code: 'MB-ADMIN-REFUSED',
    what,
    why: `Synapse answered ${reply?.status ?? 'nothing'}${typeof reply?.body.error === 'string' ? `: ${reply.body.error}` : ''}.`,
    safe:
      reply?.status === 504
        ? 'It may have been done all the same: run this again, it looks first.'
        : 'Nothing was changed by this request.',
  });
