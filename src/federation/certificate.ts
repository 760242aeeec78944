import { covers } from './certificate-name.ts';
import type { SeenLink } from './evidence.ts';
import { ipFamily } from './ip.ts';
import { addressesOf, lookupFailure } from './network.ts';
import { printable } from './printable.ts';
import { type Dialed, dial, tcpConnect } from './probe/dial.ts';
import { Names } from './probe/dns.ts';
import { type RootOptions, trustContext } from './probe/roots.ts';
import { hasRoute } from './probe/route.ts';

export interface CertificateOptions extends RootOptions {
  /** Address to connect to; without it every address of the name is looked at. */
  readonly ip?: string;
  /** 443 by default. */
  readonly port?: number;
  readonly dns?: readonly string[];
  /** Milliseconds for everything, 8000 by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface SeenCertificate {
  readonly host: string;
  readonly ip?: string;
  /** Trusted chain that covers the host and is valid now, at every address looked at. */
  readonly verified: boolean;
  /** Why not; safe to print. */
  readonly why?: string;
  readonly subject?: string;
  readonly issuer?: string;
  /** ISO 8601. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly fingerprint?: string;
  readonly names?: readonly string[];
}

/**
 * The certificate that a name shows now: seen, not configured. With several addresses, the first one that is not in
 * order is reported. Never rejects for network reasons; throws UsageError for an unreadable CA file.
 */
export async function seenCertificate(
  host: string,
  options: CertificateOptions = {},
): Promise<SeenCertificate> {
  const context = await trustContext(options);
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), options.timeout ?? 8000);
  const signal = options.signal ? AbortSignal.any([end.signal, options.signal]) : end.signal;
  try {
    const { ips, why } = await placesOf(host, options, signal);
    options.signal?.throwIfAborted();
    if (why !== undefined) return { host, verified: false, why };
    const looks = await Promise.all(ips.map((ip) => look(host, ip, options.port ?? 443, context, signal)));
    options.signal?.throwIfAborted();
    const reached = looks.filter((one) => one !== undefined);
    return (
      reached.find((one) => !one.verified) ??
      reached[0] ?? { host, verified: false, why: `this machine has no route to any address of ${host}` }
    );
  } finally {
    clearTimeout(timer);
  }
}

async function placesOf(host: string, { ip, dns }: CertificateOptions, signal: AbortSignal) {
  if (ip !== undefined) return { ips: [ip] };
  if (ipFamily(host)) return { ips: [host] };
  const lookup = await new Names(dns, signal).addresses(host);
  const failure = lookupFailure(lookup);
  return {
    ips: addressesOf(lookup),
    ...(failure ? { why: `${host} has no address in DNS (${failure})` } : {}),
  };
}

/** One address; undefined when this machine has no way there. */
async function look(
  host: string,
  ip: string,
  port: number,
  context: Awaited<ReturnType<typeof trustContext>>,
  signal: AbortSignal,
): Promise<SeenCertificate | undefined> {
  if (!(await hasRoute(ip))) return undefined;
  const sni = ipFamily(host) ? null : host;
  const dialed = await dial({ context, connect: tcpConnect }, { ip, port, sni }, signal);
  dialed.socket?.destroy();
  const why = objection(host, dialed);
  const leaf = dialed.tls?.chain[0];
  return {
    host,
    ip,
    verified: why === undefined,
    ...(why === undefined ? {} : { why: printable(why) }),
    ...(leaf ? shown(leaf, dialed.tls?.names ?? []) : {}),
  };
}

function objection(host: string, { error, tls }: Dialed): string | undefined {
  if (error) return error.message;
  if (!tls?.leafPem) return 'the server showed no certificate';
  // The chain's error names expiry too; OpenSSL has looked at the dates already.
  if (tls.authorizationError) return `the certificate is not trusted: ${tls.authorizationError}`;
  return covers(tls.leafPem, host) ? undefined : `the certificate does not cover ${host}`;
}

function shown(leaf: SeenLink, names: readonly string[]) {
  return {
    subject: printable(leaf.subject.replaceAll('\n', ', ')),
    issuer: printable(leaf.issuer.replaceAll('\n', ', ')),
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    fingerprint: leaf.fingerprint,
    names: names.map((name) => printable(name)),
  };
}
