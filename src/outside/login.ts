import { Failure } from '../errors.ts';

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
  signal: AbortSignal,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await request(`${baseUrl}/_matrix/client/v3/login`, signal, {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: localpart },
      password,
      initial_device_display_name: 'matrix-bastion (proof of login)',
    });
    const body = (await response.json().catch(() => ({}))) as MatrixError & {
      readonly access_token?: string;
    };
    if (response.ok && body.access_token !== undefined) {
      await request(`${baseUrl}/_matrix/client/v3/logout`, signal, {}, body.access_token);
      return;
    }
    if (response.status === 429 && attempt < 5) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(body.retry_after_ms ?? 2000, 30_000)));
      signal.throwIfAborted();
      continue;
    }
    throw new Failure({
      code: 'MB-LOGIN',
      what: `${localpart} cannot log in at ${baseUrl}.`,
      why: body.error ?? `The server answered ${response.status}.`,
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

const request = async (url: string, signal: AbortSignal, body: object, token?: string): Promise<Response> => {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      redirect: 'error',
    });
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = error as { cause?: Error };
    throw new Failure({
      code: 'MB-LOGIN',
      what: `${url} cannot be reached from here.`,
      why: cause?.message ?? (error as Error).message,
      fix: ['Check the way from here to the server, then run this again.'],
      safe: 'The server runs.',
    });
  }
};
