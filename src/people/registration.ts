import type { RegistrationMode } from '../answers/answers.ts';

/** Who can make an account by themselves: nobody, holders of a token, or anybody. */
export type RegistrationState = 'closed' | 'token' | 'open' | 'unknown';

export const isAsWanted = (state: RegistrationState | undefined, wanted: RegistrationMode): boolean =>
  state === (wanted === 'closed' ? 'closed' : 'token');

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Let in. */
const isIn = (reply: Reply | undefined): boolean =>
  reply !== undefined && reply.status >= 200 && reply.status < 300;

const TOKEN_STAGE = 'm.login.registration_token';

/** The stages of each way that a server offers (client-server API, "User-Interactive Authentication API"). */
const flowsOf = (body: Reply['body']): readonly (readonly unknown[])[] =>
  Array.isArray(body.flows)
    ? body.flows.map((flow: unknown) => {
        const stages = (flow as { stages?: unknown } | null)?.stages;
        return Array.isArray(stages) ? stages : [];
      })
    : [];

/**
 * What an answer to `POST /_matrix/client/v3/register` without a token says. 403: registration is disabled. 401: the ways
 * in, each of which has to ask for a token.
 */
export const judgeRegistration = (reply: Reply | undefined): RegistrationState => {
  if (reply === undefined) return 'unknown';
  if (isIn(reply)) return 'open';
  if (reply.status === 403) return 'closed';
  const flows = flowsOf(reply.body);
  if (reply.status !== 401 || flows.length === 0) return 'unknown';
  return flows.every((stages) => stages.includes(TOKEN_STAGE)) ? 'token' : 'open';
};

/** Not let in, for good: one who is only slowed down (429) or meets a broken server may be let in the next time. */
const isTurnedAway = (reply: Reply | undefined): boolean =>
  reply !== undefined && reply.status >= 400 && reply.status < 500 && reply.status !== 429;

/** Answers to a stranger's tries. */
export interface StrangerTries {
  /** `POST /register?kind=guest` */
  readonly guest?: Reply | undefined;
  /** `POST /register` with nothing in it. */
  readonly offered?: Reply | undefined;
  /** The way that is offered, without its token; absent where that was not tried. */
  readonly tried?: Reply | undefined;
}

/** What the tries together say. Only an answer that turns somebody away counts as a door that is shut. */
export const judgeTries = ({ guest, offered, tried }: StrangerTries): RegistrationState => {
  if ([guest, offered, tried].some(isIn)) return 'open';
  const state = judgeRegistration(offered);
  if (!isTurnedAway(guest) || (state === 'token' && !isTurnedAway(tried))) return 'unknown';
  return state;
};
