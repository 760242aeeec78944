import * as http from 'node:http';
import type { TLSSocket } from 'node:tls';
import { covers } from '../certificate-name.ts';
import { deferred } from '../deferred.ts';
import type { Exchange, NetError } from '../evidence.ts';
import type { RequestOptions } from '../network.ts';
import { type Dialed, type Dialer, deadline, dial } from './dial.ts';

interface HttpsRequest extends RequestOptions {
  readonly ip: string;
  readonly port: number;
  /** Host header, verbatim. */
  readonly host: string;
  /** Path and query, sent as it is. */
  readonly path: string;
  readonly sni: string | null;
  /** When given, nothing is sent unless the chain is trusted and covers this name. */
  readonly insistOn?: string;
}

/** Bytes; Node's own default, said here because a test relies on it. */
const HEADER_LIMIT = 16 * 1024;
const MAX_HEADERS = 64;
const MAX_HEADER_VALUE = 1024;

/** One GET over a connection of its own, without redirects. Never rejects. */
export async function get(
  dialer: Dialer,
  request: HttpsRequest,
  signal: AbortSignal,
): Promise<{ readonly dialed: Dialed; readonly exchange: Exchange }> {
  const started = performance.now();
  const dialed = await dial(dialer, request, signal);
  const about = () => ({
    url: `https://${request.host}${request.path}`,
    ip: request.ip,
    hostHeader: request.host,
    at: new Date().toISOString(),
    ms: Math.round(performance.now() - started),
  });
  const { socket } = dialed;
  if (!socket) return { dialed, exchange: { ...about(), ...(dialed.error ? { error: dialed.error } : {}) } };
  const tls = dialed.tls ? { tls: dialed.tls } : {};
  try {
    const refused = request.insistOn === undefined ? undefined : badCertificate(dialed, request.insistOn);
    if (refused) return { dialed, exchange: { ...about(), ...tls, error: refused } };
    const answer = await send(socket, request, signal);
    return { dialed, exchange: { ...about(), ...tls, ...answer } };
  } finally {
    socket.destroy();
  }
}

function badCertificate({ tls }: Dialed, name: string): NetError | undefined {
  const fault = (message: string): NetError => ({ phase: 'tls', code: 'BAD_CERTIFICATE', message });
  if (tls?.authorizationError) return fault(`the certificate is not trusted: ${tls.authorizationError}`);
  if (!tls?.leafPem) return fault('the server showed no certificate');
  return covers(tls.leafPem, name) ? undefined : fault(`the certificate does not cover ${name}`);
}

type Answer = Pick<Exchange, 'status' | 'headers' | 'body' | 'truncated' | 'error' | 'at'>;

async function send(socket: TLSSocket, request: HttpsRequest, signal: AbortSignal): Promise<Partial<Answer>> {
  if (signal.aborted) return { error: deadline('http') };
  const { promise, resolve } = deferred<Partial<Answer>>();
  let seen: Partial<Answer> = {};
  const outgoing = http.request({
    createConnection: () => socket,
    method: 'GET',
    path: request.path,
    setHost: false,
    maxHeaderSize: HEADER_LIMIT,
    headers: {
      Host: request.host,
      'User-Agent': 'matrix-bastion',
      Accept: 'application/json',
      'Accept-Encoding': 'identity',
      Connection: 'close',
      ...request.headers,
    },
  });
  const fail = (code: string, message: string) =>
    resolve({ ...seen, error: { phase: 'http', code, message: message.slice(0, 300) } });
  const onAbort = () => {
    fail('DEADLINE', 'no complete answer in time');
    outgoing.destroy();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  outgoing.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'UNKNOWN', error.message));
  outgoing.on('response', (response) => {
    seen = { at: new Date().toISOString(), status: response.statusCode ?? 0, headers: headersOf(response) };
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (truncated: boolean) => {
      const body = Buffer.concat(chunks).subarray(0, request.limit).toString('utf8');
      resolve({ ...seen, body, ...(truncated ? { truncated } : {}) });
      outgoing.destroy();
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > request.limit) done(true);
    });
    response.on('end', () => done(false));
    response.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'UNKNOWN', error.message));
  });
  outgoing.end();
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function headersOf(response: http.IncomingMessage): Record<string, string> {
  const kept = Object.entries(response.headers).slice(0, MAX_HEADERS);
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      (Array.isArray(value) ? value.join(', ') : (value ?? '')).slice(0, MAX_HEADER_VALUE),
    ]),
  );
}
