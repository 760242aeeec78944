import type { RegistrationMode } from '../answers/answers.ts';

/** Who can make an account by themselves: nobody, holders of a token, or anybody. */
export type RegistrationState = 'closed' | 'token' | 'open' | 'unknown';

export const isAsWanted = (state: RegistrationState | undefined, wanted: RegistrationMode): boolean =>
  state === (wanted === 'closed' ? 'closed' : 'token');

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

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
  if (reply.status >= 200 && reply.status < 300) return 'open';
  if (reply.status === 403) return 'closed';
  const flows = flowsOf(reply.body);
  if (reply.status !== 401 || flows.length === 0) return 'unknown';
  return flows.every((stages) => stages.includes(TOKEN_STAGE)) ? 'token' : 'open';
};
