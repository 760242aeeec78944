import type { Exchange, Lookup, SrvAnswer } from './evidence.ts';
import type { Family } from './ip.ts';

export interface RequestOptions {
  /** Longest body that is read, bytes. */
  readonly limit: number;
  /** Additional request headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the pure resolution asks the world. Implemented over sockets by probe/, over tables by tests. */
export interface Questions {
  /** A and AAAA of a name, or of one family; never through well-known and never from /etc/hosts. */
  addresses(name: string, only?: Family): Promise<Lookup>;
  srv(name: string): Promise<SrvAnswer>;
  /** The canonical name when `name` is an alias. */
  cname(name: string): Promise<string | undefined>;
  /** One GET to one address, without following anything; the certificate must be valid. Never rejects for network reasons. */
  get(url: URL, ip: string, options: RequestOptions): Promise<Exchange>;
}

/** The addresses of both families; IPv6 first, as RFC 6724 would have it. */
export function addressesOf(lookup: Lookup): string[] {
  return [...(lookup.aaaa?.addresses ?? []), ...(lookup.a?.addresses ?? [])];
}

/**
 * Why a name has no addresses; undefined when it has some.
 * A family that the name servers failed on outweighs one that is merely absent: it could have had addresses.
 */
export function lookupFailure(lookup: Lookup): 'NXDOMAIN' | 'NODATA' | 'SERVFAIL' | 'TIMEOUT' | undefined {
  if (addressesOf(lookup).length > 0) return undefined;
  const outcomes = [lookup.a?.outcome, lookup.aaaa?.outcome];
  return (
    (['SERVFAIL', 'TIMEOUT', 'NXDOMAIN'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'NODATA'
  );
}
