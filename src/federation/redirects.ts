import type { Chain, Exchange } from './evidence.ts';
import { blockedNetwork, type Family, ipFamily } from './ip.ts';
import { addressesOf, type Questions, type RequestOptions } from './network.ts';

const MAX_REDIRECTS = 10;
export const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface FollowOptions extends RequestOptions {
  readonly only?: Family;
  /** Networks that are not public and may be visited all the same. */
  readonly privateNetworks?: readonly string[];
  /** The first address was named by a foreign server too, so the same caution applies to it. */
  readonly foreign?: boolean;
}

/**
 * GET with redirects, hop by hop, at most 10.
 * @param ip address for the first hop; without it the host's first address that answers is used
 * A foreign server must not steer this machine to its own neighbours: redirects to addresses that are not public end the chain.
 */
export async function follow(
  start: URL,
  ip: string | undefined,
  ask: Questions,
  options: FollowOptions,
): Promise<Chain> {
  const exchanges: Exchange[] = [];
  const visited = new Set<string>();
  let url = start;
  for (;;) {
    if (visited.has(url.href)) return { exchanges, stopped: 'loop' };
    if (exchanges.length > MAX_REDIRECTS) return { exchanges, stopped: 'too-many' };
    visited.add(url.href);
    const first = exchanges.length === 0;
    const place = first && ip !== undefined ? { ips: [ip] } : await placesOf(url, ask, options);
    if (place.lookup && place.ips.length === 0) return { exchanges, lookup: place.lookup };
    const steered = !first || options.foreign === true;
    const ips = place.ips.filter((one) => !steered || !blockedNetwork(one, options.privateNetworks));
    if (ips.length === 0) return { exchanges, stopped: 'not-public' };
    const exchange = await firstAnswer(url, ips, ask, options);
    exchanges.push(exchange);
    if (exchange.error || !REDIRECTS.has(exchange.status ?? 0)) return { exchanges };
    const next = target(exchange, url);
    if (!next) return { exchanges, stopped: 'no-location' };
    if (next.protocol !== 'https:') return { exchanges, stopped: 'not-https' };
    url = next;
  }
}

async function placesOf(url: URL, ask: Questions, options: FollowOptions) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipFamily(host)) return { ips: [host] };
  const lookup = await ask.addresses(host, options.only);
  return { ips: addressesOf(lookup), lookup };
}

async function firstAnswer(
  url: URL,
  ips: readonly string[],
  ask: Questions,
  options: FollowOptions,
): Promise<Exchange> {
  let exchange = await ask.get(url, ips[0] ?? '', options);
  for (const ip of ips.slice(1, 4)) {
    if (!exchange.error) break;
    exchange = await ask.get(url, ip, options);
  }
  return exchange;
}

function target(exchange: Exchange, base: URL): URL | undefined {
  const location = exchange.headers?.location;
  if (!location || !URL.canParse(location, base.href)) return undefined;
  const url = new URL(location, base.href);
  url.hash = '';
  return url;
}
