import { Failure } from '../errors.ts';
import { type ClientLooks, type ClientReply, postToClientApi } from './client-api.ts';

interface MatrixError {
  readonly errcode?: string;
  readonly error?: string;
  readonly retry_after_ms?: number;
}

/**
 * Logs in with exactly these characters over the public address, then logs the session out.
 * Client-server API, POST /_matrix/client/v3/login (m.login.password) and POST /_matrix/client/v3/logout.
 * @throws Failure MB-LOGIN with the server's own words.
 */
export const proveLogin = async (
  baseUrl: string,
  localpart: string,
  password: string,
  looks: ClientLooks,
): Promise<void> => {
  const at = (path: string) => new URL(`/_matrix/client/v3/${path}`, baseUrl);
  for (let attempt = 1; ; attempt += 1) {
    const { ok, status, body } = await post(at('login'), looks, {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: localpart },
      password,
      initial_device_display_name: 'matrix-bastion (proof of login)',
    });
    if (ok && body.access_token !== undefined) {
      await post(at('logout'), looks, {}, body.access_token);
      return;
    }
    if (status === 429 && attempt < 5) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(body.retry_after_ms ?? 2000, 30_000)));
      looks.signal.throwIfAborted();
      continue;
    }
    throw new Failure({
      code: 'MB-LOGIN',
      what: `${localpart} cannot log in at ${baseUrl}.`,
      why: body.error ?? `The server answered ${status}.`,
      fix:
        body.errcode === 'M_FORBIDDEN'
          ? [
              `The account exists with another password. Give that one with --admin-password-file FILE, or choose another name with --admin.`,
            ]
          : ['Run this again.'],
      safe: 'The server runs; the account is unchanged.',
    });
  }
};

const post = async (
  url: URL,
  looks: ClientLooks,
  body: object,
  token?: string,
): Promise<ClientReply & { readonly body: MatrixError & { readonly access_token?: string } }> => {
  const reply = await postToClientApi(url, looks, body, token === undefined ? undefined : `Bearer ${token}`);
  if ('reply' in reply) return reply.reply;
  throw new Failure({
    code: 'MB-LOGIN',
    what: `${url.origin} cannot be reached from here.`,
    why: reply.unreachable,
    fix: ['Check the way from here to the server, then run this again.'],
    safe: 'The server runs.',
  });
};
