import { lookupFailure } from './network.ts';
import { type CaaAnswer, Names } from './probe/dns.ts';

export interface Addresses {
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
  /** Why there are none. */
  readonly error?: 'NXDOMAIN' | 'NODATA' | 'SERVFAIL' | 'TIMEOUT';
}

interface LookupOptions {
  /** Name servers; the system's when missing. */
  readonly dns?: readonly string[];
  /** Milliseconds, 8000 by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A and AAAA records of a name, asked of name servers (not of /etc/hosts, which other servers do not see). */
export async function lookupAddresses(name: string, options: LookupOptions = {}): Promise<Addresses> {
  return within(options, async (names) => {
    const lookup = await names.addresses(name);
    const error = lookupFailure(lookup);
    return {
      a: lookup.a?.addresses ?? [],
      aaaa: lookup.aaaa?.addresses ?? [],
      ...(error ? { error } : {}),
    };
  });
}

export interface CaaLookup {
  /** The name that has them; absent when none up to the top has. */
  readonly at?: string;
  readonly properties: CaaAnswer['properties'];
  /** A failure on the way, which hides what is there. */
  readonly error?: 'SERVFAIL' | 'TIMEOUT';
}

/**
 * The relevant CAA records of a name: its own or, when there are none, those of the nearest name above (RFC 8659, 3).
 * All names are asked side by side.
 */
export async function lookupCaa(name: string, options: LookupOptions = {}): Promise<CaaLookup> {
  return within(options, async (names) => {
    const labels = name.split('.');
    const climb = labels.map((_, index) => labels.slice(index).join('.'));
    const answers = await Promise.all(climb.map(async (at) => ({ at, ...(await names.caa(at)) })));
    for (const { at, outcome, properties } of answers) {
      if (outcome === 'found' && properties.length > 0) return { at, properties };
      if (outcome === 'SERVFAIL' || outcome === 'TIMEOUT') return { properties: [], error: outcome };
    }
    return { properties: [] };
  });
}

async function within<T>(options: LookupOptions, look: (names: Names) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), options.timeout ?? 8000);
  const signal = options.signal ? AbortSignal.any([end.signal, options.signal]) : end.signal;
  try {
    const found = await look(new Names(options.dns, signal));
    options.signal?.throwIfAborted();
    return found;
  } finally {
    clearTimeout(timer);
  }
}
