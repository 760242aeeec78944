import { lookupFailure } from './network.ts';
import { Names } from './probe/dns.ts';

export interface Addresses {
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
  /** Why there are none. */
  readonly error?: 'NXDOMAIN' | 'NODATA' | 'SERVFAIL' | 'TIMEOUT';
}

/**
 * A and AAAA records of a name, asked of name servers (not of /etc/hosts, which other servers do not see).
 * @param options.dns name servers; the system's when missing
 * @param options.timeout milliseconds, 8000 by default
 */
export async function lookupAddresses(
  name: string,
  options: {
    readonly dns?: readonly string[];
    readonly timeout?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Addresses> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), options.timeout ?? 8000);
  const signal = options.signal ? AbortSignal.any([end.signal, options.signal]) : end.signal;
  try {
    const lookup = await new Names(options.dns, signal).addresses(name);
    options.signal?.throwIfAborted();
    const error = lookupFailure(lookup);
    return {
      a: lookup.a?.addresses ?? [],
      aaaa: lookup.aaaa?.addresses ?? [],
      ...(error ? { error } : {}),
    };
  } finally {
    clearTimeout(timer);
  }
}
