import https from 'node:https';
import { json } from 'node:stream/consumers';
import type { SecureContext } from 'node:tls';
import { Failure } from '../errors.ts';
import { lookupAddresses } from '../federation/lookup.ts';
import { trustContext } from '../federation/probe/roots.ts';

/** Name servers and trust roots of the look, and when to give it up. */
export interface LoginLooks {
  readonly dns?: readonly string[];
  readonly caFile?: string;
  readonly extraCa?: string;
  readonly signal: AbortSignal;
}

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
  looks: LoginLooks,
): Promise<void> => {
  const at = (path: string) => new URL(`/_matrix/client/v3/${path}`, baseUrl);
  for (let attempt = 1; ; attempt += 1) {
    const { ok, status, body } = await request(at('login'), looks, {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user: localpart },
      password,
      initial_device_display_name: 'matrix-bastion (proof of login)',
    });
    if (ok && body.access_token !== undefined) {
      await request(at('logout'), looks, {}, body.access_token);
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

interface Reply {
  readonly ok: boolean;
  readonly status: number;
  readonly body: MatrixError & { readonly access_token?: string };
}

const TIMEOUT_MS = 30_000;

/** Over the same name servers and trust roots as every other look from outside. */
const request = async (url: URL, looks: LoginLooks, body: object, token?: string): Promise<Reply> => {
  const { a, aaaa } = await lookupAddresses(url.hostname, looks);
  const secureContext = await trustContext(looks);
  const problems: string[] = [];
  for (const address of [...a, ...aaaa]) {
    try {
      return await post({ url, address, secureContext, signal: looks.signal }, body, token);
    } catch (error) {
      looks.signal.throwIfAborted();
      problems.push(`${address}: ${(error as Error).message}`);
    }
  }
  throw new Failure({
    code: 'MB-LOGIN',
    what: `${url.origin} cannot be reached from here.`,
    why: problems.join('; ') || `${url.hostname} has no address in the DNS.`,
    fix: ['Check the way from here to the server, then run this again.'],
    safe: 'The server runs.',
  });
};

interface Way {
  readonly url: URL;
  readonly address: string;
  readonly secureContext: SecureContext;
  readonly signal: AbortSignal;
}

const post = ({ url, address, secureContext, signal }: Way, body: object, token?: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const sent = https.request(
      {
        host: address,
        servername: url.hostname,
        port: url.port || '443',
        path: url.pathname,
        method: 'POST',
        agent: new https.Agent({ secureContext }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        headers: {
          Host: url.host,
          'Content-Type': 'application/json',
          'Content-Length': String(Buffer.byteLength(text)),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
      },
      (response) => {
        json(response).then(
          (parsed) => {
            const status = response.statusCode ?? 0;
            resolve({ ok: status >= 200 && status < 300, status, body: (parsed ?? {}) as Reply['body'] });
          },
          () => resolve({ ok: false, status: response.statusCode ?? 0, body: {} }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
