import { randomBytes } from 'node:crypto';
import { judgeRegistration, judgeTries, type RegistrationState } from '../people/registration.ts';
import { type ClientLooks, postToClientApi } from './client-api.ts';
import { limited } from './limited.ts';

/**
 * Tries to make an account without a token, as a stranger would: as a guest, then by the ways that are offered, and where
 * each of them asks for a token, all the same without one. Makes no account where registration is shut; where it is open,
 * that one is the proof. Client-server API, `POST /_matrix/client/v3/register`.
 */
export const tryToRegister = async (baseUrl: string, looks: ClientLooks): Promise<RegistrationState> =>
  (await limited(looks, (some) => attempt(baseUrl, some))) ?? 'unknown';

const attempt = async (baseUrl: string, looks: ClientLooks): Promise<RegistrationState> => {
  const ask = async (query: string, body: object) => {
    const answer = await postToClientApi(
      new URL(`/_matrix/client/v3/register${query}`, baseUrl),
      looks,
      body,
    );
    return 'reply' in answer ? answer.reply : undefined;
  };
  const [guest, offered] = await Promise.all([ask('?kind=guest', {}), ask('', {})]);
  if (judgeRegistration(offered) !== 'token') return judgeTries({ guest, offered });
  const tried = await ask('', {
    username: `stranger-${randomBytes(6).toString('hex')}`,
    password: randomBytes(18).toString('base64url'),
    inhibit_login: true,
    auth: { type: 'm.login.dummy', session: offered?.body.session },
  });
  return judgeTries({ guest, offered, tried });
};
