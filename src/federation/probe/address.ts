import type { AddressEvidence, Exchange, Target } from '../evidence.ts';
import { bracketed } from '../ip.ts';
import { ENCODED_EVENT_PATH, EVENT_PATH, KEYS_PATH, VERSION_PATH } from '../paths.ts';
import { REDIRECTS } from '../redirects.ts';
import type { Dialer } from './dial.ts';
import { get } from './http.ts';
import { hasRoute } from './route.ts';

/** Bytes. Real documents have 500 to 3,000. */
const KEYS_LIMIT = 1024 * 1024;
const VERSION_LIMIT = 64 * 1024;

/** One address: TCP, TLS, version, keys and routes, over connections at the same time. Never rejects. */
export async function probeAddress(
  target: Target,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<AddressEvidence> {
  if (!(await hasRoute(target.ip))) return { target, skipped: 'no-route' };
  const about = { ip: target.ip, port: target.port, host: target.hostHeader, sni: target.sni };
  const [version, keys, plain, encoded] = await Promise.all([
    get(dialer, { ...about, path: VERSION_PATH, limit: VERSION_LIMIT }, signal),
    get(dialer, { ...about, path: KEYS_PATH, limit: KEYS_LIMIT }, signal),
    get(dialer, { ...about, path: EVENT_PATH, limit: VERSION_LIMIT }, signal),
    get(dialer, { ...about, path: ENCODED_EVENT_PATH, limit: VERSION_LIMIT }, signal),
  ]);
  const { dialed } = version;
  if (dialed.tcpMs === undefined) {
    return { target, tcp: { ms: version.exchange.ms, ...(dialed.error ? { error: dialed.error } : {}) } };
  }
  return {
    target,
    tcp: { ms: dialed.tcpMs },
    ...(dialed.tls ? { tls: dialed.tls } : {}),
    version: withoutTls(version.exchange),
    keys: withoutTls(keys.exchange),
    routes: { plain: withoutTls(plain.exchange), encoded: withoutTls(encoded.exchange) },
  };
}

/** Said once per address is enough. */
function withoutTls(exchange: Exchange): Exchange {
  const { tls: _, ...rest } = exchange;
  return rest;
}

const MAX_REDIRECTS = 10;

/**
 * The keys behind redirects, which the public tester follows; the specification knows none there. Only to other paths
 * of the same address: a foreign server must not steer this machine elsewhere.
 */
export async function followKeys(
  evidence: AddressEvidence,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<AddressEvidence> {
  const { target } = evidence;
  const about = { ip: target.ip, port: target.port, host: target.hostHeader, sni: target.sni };
  let { keys } = evidence;
  let url = new URL(`https://${bracketed(target.ip)}:${target.port}${KEYS_PATH}`);
  for (let hop = 0; hop < MAX_REDIRECTS; hop++) {
    const location = keys?.headers?.location ?? '';
    if (!REDIRECTS.has(keys?.status ?? 0) || location === '' || !URL.canParse(location, url.href)) break;
    const next = new URL(location, url);
    if (next.origin !== url.origin) break;
    url = next;
    const path = `${url.pathname}${url.search}`;
    const { exchange } = await get(dialer, { ...about, path, limit: KEYS_LIMIT }, signal);
    keys = withoutTls(exchange);
  }
  return { ...evidence, ...(keys ? { keys } : {}) };
}

/** What 443 says in the place of a silent 8448; peers asked for 443 send it in the Host header only when told to. */
export async function probe443(
  evidence: AddressEvidence,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<AddressEvidence> {
  const { target, tcp } = evidence;
  if (target.port !== 8448 || target.srvTarget !== undefined || !tcp?.error) return evidence;
  const on443 = await probeAddress(
    { ...target, port: 443, hostHeader: `${target.hostHeader.replace(/:8448$/, '')}:443` },
    dialer,
    signal,
  );
  return { ...evidence, on443 };
}
