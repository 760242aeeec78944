import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { deferred } from '../deferred.ts';
import type { NetError, SeenLink, TlsEvidence } from '../evidence.ts';

export interface Dialer {
  /** Trusted roots. */
  readonly context: tls.SecureContext;
  /** Opens a TCP connection. */
  readonly connect: (ip: string, port: number) => Socket;
}

export interface Dialed {
  /** Milliseconds until TCP was there. */
  readonly tcpMs?: number;
  readonly tls?: TlsEvidence;
  readonly socket?: tls.TLSSocket;
  readonly error?: NetError;
}

/** The plain way of connecting. */
export const tcpConnect = (ip: string, port: number): Socket => net.connect({ host: ip, port });

const MAX_LINKS = 10;
const MAX_NAMES = 100;

/**
 * TCP, then TLS. The handshake completes whatever the certificate is: the chain is looked at, not insisted on.
 * @param sni name to ask for, null for none (IP literals)
 * Never rejects; an abort ends it with the code DEADLINE.
 */
export async function dial(
  dialer: Dialer,
  place: { readonly ip: string; readonly port: number; readonly sni: string | null },
  signal: AbortSignal,
): Promise<Dialed> {
  if (signal.aborted) return { error: deadline('tcp') };
  const started = performance.now();
  const tcp = dialer.connect(place.ip, place.port);
  const refused = await settled(tcp, 'connect', signal);
  if (refused) return { error: netError('tcp', refused, place) };
  const tcpMs = Math.round(performance.now() - started);
  const socket = tls.connect({
    socket: tcp,
    secureContext: dialer.context,
    ...(place.sni === null ? {} : { servername: place.sni }),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  const failed = await settled(socket, 'secureConnect', signal);
  if (failed) {
    tcp.destroy();
    return { tcpMs, error: netError('tls', failed, place) };
  }
  return { tcpMs, socket, tls: describe(socket) };
}

/** Waits for the event; returns the error when it comes first, and then the socket is destroyed. */
async function settled(socket: Socket, event: string, signal: AbortSignal): Promise<Error | undefined> {
  const { promise, resolve } = deferred<Error | undefined>();
  const onEvent = () => resolve(undefined);
  const onClose = () =>
    resolve(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
  const onAbort = () => resolve(Object.assign(new Error('no answer in time'), { code: 'DEADLINE' }));
  // Stays for good: an error after the end of the check must not become an uncaught one.
  socket.on('error', resolve);
  socket.once(event, onEvent);
  socket.once('close', onClose);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const error = await promise;
    if (error) socket.destroy();
    return error;
  } finally {
    socket.off(event, onEvent);
    socket.off('close', onClose);
    signal.removeEventListener('abort', onAbort);
  }
}

export function deadline(phase: NetError['phase']): NetError {
  return { phase, code: 'DEADLINE', message: 'no answer in time' };
}

function netError(phase: 'tcp' | 'tls', error: Error, place: { ip: string; port: number }): NetError {
  const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  const words = WORDS[code];
  const message = words
    ? `${place.ip} port ${place.port}: ${words}`
    : `${place.ip} port ${place.port}: ${error.message}`;
  return { phase, code, message: message.slice(0, 300) };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed by the other side',
  ETIMEDOUT: 'no answer',
  DEADLINE: 'no answer in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
};

function describe(socket: tls.TLSSocket): TlsEvidence {
  const leaf = socket.getPeerX509Certificate();
  const error: unknown = socket.authorizationError;
  const protocol = socket.getProtocol();
  return {
    ...(protocol ? { protocol } : {}),
    cipher: socket.getCipher().standardName,
    chain: leaf ? links(leaf) : [],
    ...(leaf ? { leafPem: leaf.toString(), names: namesOf(leaf) } : {}),
    // Typed as Error, a code in fact (`CERT_HAS_EXPIRED`); null when the chain is trusted.
    ...(error ? { authorizationError: error instanceof Error ? error.message : String(error) } : {}),
  };
}

function links(leaf: X509Certificate): SeenLink[] {
  const out: SeenLink[] = [];
  let link: X509Certificate | undefined = leaf;
  while (link && out.length < MAX_LINKS) {
    out.push({
      subject: link.subject?.slice(0, 500) ?? '',
      issuer: link.issuer?.slice(0, 500) ?? '',
      notBefore: iso(link.validFrom),
      notAfter: iso(link.validTo),
      fingerprint: link.fingerprint256,
    });
    link = link.issuerCertificate;
  }
  return out;
}

function iso(date: string): string {
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? date : at.toISOString();
}

function namesOf(leaf: X509Certificate): string[] {
  return (leaf.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .slice(0, MAX_NAMES);
}
