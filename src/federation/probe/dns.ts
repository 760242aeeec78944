import type { CaaRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { UsageError } from '../../errors.ts';
import { deferred } from '../deferred.ts';
import type { AddressAnswer, DnsOutcome, Lookup, SrvAnswer } from '../evidence.ts';
import type { Family } from '../ip.ts';

/**
 * DNS as other servers see it: questions to name servers, without /etc/hosts and without the system's own order
 * (`dns.lookup` would bring both, and ignores the chosen servers).
 */
export class Names {
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal;
  readonly #cache = new Map<string, Promise<unknown>>();

  /** @param servers `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`; the system's when missing or empty */
  constructor(servers: readonly string[] | undefined, signal: AbortSignal) {
    // c-ares doubles the wait per try: 2 s + 4 s, then the outcome is TIMEOUT.
    this.#resolver = new Resolver({ timeout: 2000, tries: 2 });
    this.#signal = signal;
    if (servers && servers.length > 0) setServers(this.#resolver, servers);
  }

  /** A and AAAA, or one of them. Never rejects for DNS reasons. */
  async addresses(name: string, only?: Family): Promise<Lookup> {
    const [a, aaaa] = await Promise.all([
      only === 6 ? undefined : this.#once(`A ${name}`, () => this.#family(name, 4)),
      only === 4 ? undefined : this.#once(`AAAA ${name}`, () => this.#family(name, 6)),
    ]);
    return { name, ...(a ? { a } : {}), ...(aaaa ? { aaaa } : {}) };
  }

  async srv(name: string): Promise<SrvAnswer> {
    return this.#once(`SRV ${name}`, async () => {
      const answer = await this.#ask(() => this.#resolver.resolveSrv(name));
      if ('outcome' in answer) return { outcome: answer.outcome, records: [] };
      const records = answer.value.map(({ name: target, port, priority, weight }) => ({
        target,
        port,
        priority,
        weight,
      }));
      return { outcome: 'found' as const, records: records.sort((x, y) => x.priority - y.priority) };
    });
  }

  /** CAA records at this very name; the climb to the names above is the caller's. */
  async caa(name: string): Promise<CaaAnswer> {
    return this.#once(`CAA ${name}`, async () => {
      const answer = await this.#ask(() => this.#resolver.resolveCaa(name));
      if ('outcome' in answer) return { outcome: answer.outcome, properties: [] };
      return { outcome: 'found' as const, properties: answer.value.map(caaProperty) };
    });
  }

  async cname(name: string): Promise<string | undefined> {
    const answer = await this.#ask(() => this.#resolver.resolveCname(name));
    return 'value' in answer ? answer.value[0] : undefined;
  }

  async #family(name: string, family: Family): Promise<AddressAnswer> {
    const answer = await this.#ask(() =>
      family === 4
        ? this.#resolver.resolve4(name, { ttl: true })
        : this.#resolver.resolve6(name, { ttl: true }),
    );
    if ('outcome' in answer) return { outcome: answer.outcome, addresses: [] };
    const addresses = [...new Set(answer.value.map((record) => record.address))];
    return { outcome: 'found', addresses, ttl: Math.min(...answer.value.map((record) => record.ttl)) };
  }

  /** The same question within one check gets the same answer, and one packet. */
  #once<T>(key: string, question: () => Promise<T>): Promise<T> {
    const known = this.#cache.get(key) as Promise<T> | undefined;
    if (known) return known;
    const asked = question();
    this.#cache.set(key, asked);
    return asked;
  }

  /** The question, or TIMEOUT when the deadline comes first: the resolver's own cancel would end all questions at once. */
  async #ask<T>(question: () => Promise<T>): Promise<{ value: T } | { outcome: DnsOutcome }> {
    const ended = deferred<{ outcome: DnsOutcome }>();
    const end = () => ended.resolve({ outcome: 'TIMEOUT' });
    if (this.#signal.aborted) return { outcome: 'TIMEOUT' };
    this.#signal.addEventListener('abort', end, { once: true });
    try {
      const answered = question().then(
        (value) => ({ value }),
        (error: NodeJS.ErrnoException) => ({ outcome: outcomeOf(error.code ?? '') }),
      );
      return await Promise.race([answered, ended.promise]);
    } finally {
      this.#signal.removeEventListener('abort', end);
    }
  }
}

export interface CaaAnswer {
  readonly outcome: DnsOutcome | 'found';
  readonly properties: readonly {
    readonly critical: boolean;
    readonly tag: string;
    readonly value: string;
  }[];
}

/** Node hands a property over under its tag: `{ critical: 0, issue: 'letsencrypt.org' }`. */
function caaProperty({ critical, ...rest }: CaaRecord): CaaAnswer['properties'][number] {
  const [tag = '', value = ''] = Object.entries(rest).find(([key]) => key !== 'type') ?? [];
  return { critical: critical !== 0, tag: tag.toLowerCase(), value: String(value) };
}

function setServers(resolver: Resolver, servers: readonly string[]): void {
  try {
    resolver.setServers(servers);
  } catch {
    throw new UsageError(
      `The DNS server must be an IP address, with a port if need be: ${servers.join(', ')}`,
      ['--dns 192.0.2.53 or --dns 192.0.2.53:5353 or --dns [2001:db8::53]:5353'],
    );
  }
}

/** c-ares error codes; ENOTFOUND is NXDOMAIN there. Source: nodejs.org, dns, "Error codes". */
function outcomeOf(code: string): DnsOutcome {
  if (code === 'ENOTFOUND' || code === 'EBADNAME') return 'NXDOMAIN';
  if (code === 'ENODATA') return 'NODATA';
  if (code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ECANCELLED') return 'TIMEOUT';
  return 'SERVFAIL';
}
