import https from 'node:https';
import { json } from 'node:stream/consumers';
import type { SecureContext } from 'node:tls';
import { lookupAddresses } from '../federation/lookup.ts';
import { trustContext } from '../federation/probe/roots.ts';

/** Name servers and trust roots of the look, and when to give it up. */
export interface ClientLooks {
  readonly dns?: readonly string[];
  readonly caFile?: string;
  readonly extraCa?: string;
  readonly signal: AbortSignal;
}

export interface ClientReply {
  readonly ok: boolean;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 30_000;

/**
 * One request to a Matrix API over the public address, with the name servers and trust roots of every other look
 * from outside; each address is tried until one answers.
 */
export const postToClientApi = async (
  url: URL,
  looks: ClientLooks,
  body: object,
  authorization?: string,
): Promise<{ readonly reply: ClientReply } | { readonly unreachable: string }> => {
  const { a, aaaa } = await lookupAddresses(url.hostname, looks);
  const secureContext = await trustContext(looks);
  const problems: string[] = [];
  for (const address of [...a, ...aaaa]) {
    try {
      return {
        reply: await post({ url, address, secureContext, signal: looks.signal }, body, authorization),
      };
    } catch (error) {
      looks.signal.throwIfAborted();
      problems.push(`${address}: ${(error as Error).message}`);
    }
  }
  return { unreachable: problems.join('; ') || `${url.hostname} has no address in the DNS.` };
};

interface Way {
  readonly url: URL;
  readonly address: string;
  readonly secureContext: SecureContext;
  readonly signal: AbortSignal;
}

const post = (
  { url, address, secureContext, signal }: Way,
  body: object,
  authorization?: string,
): Promise<ClientReply> =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const sent = https.request(
      {
        host: address,
        servername: url.hostname,
        port: url.port || '443',
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        agent: new https.Agent({ secureContext }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        headers: {
          Host: url.host,
          'Content-Type': 'application/json',
          'Content-Length': String(Buffer.byteLength(text)),
          ...(authorization === undefined ? {} : { Authorization: authorization }),
        },
      },
      (response) => {
        json(response).then(
          (parsed) => {
            const status = response.statusCode ?? 0;
            const ok = status >= 200 && status < 300;
            resolve({ ok, status, body: (parsed ?? {}) as ClientReply['body'] });
          },
          () => resolve({ ok: false, status: response.statusCode ?? 0, body: {} }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
