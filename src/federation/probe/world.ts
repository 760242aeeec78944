import type { Exchange } from '../evidence.ts';
import { ipFamily } from '../ip.ts';
import type { Questions, RequestOptions } from '../network.ts';
import type { Dialer } from './dial.ts';
import type { Names } from './dns.ts';
import { get } from './http.ts';
import { hasRoute } from './route.ts';

/** The resolution's questions, asked over real sockets. `signal` ends whatever is under way. */
export function questions(names: Names, dialer: Dialer, signal: AbortSignal): Questions {
  return {
    addresses: (name, only) => names.addresses(name, only),
    srv: (name) => names.srv(name),
    cname: (name) => names.cname(name),
    get: (url, ip, options) => getUrl(url, ip, options, dialer, signal),
  };
}

async function getUrl(
  url: URL,
  ip: string,
  options: RequestOptions,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<Exchange> {
  if (!(await hasRoute(ip))) {
    const message = `this machine has no route to ${ip}`;
    return {
      url: url.href,
      ip,
      at: new Date().toISOString(),
      ms: 0,
      error: { phase: 'route', code: 'NO_ROUTE', message },
    };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { exchange } = await get(
    dialer,
    {
      ...options,
      ip,
      port: url.port === '' ? 443 : Number(url.port),
      host: url.host,
      path: `${url.pathname}${url.search}`,
      sni: ipFamily(host) ? null : host,
      insistOn: host,
    },
    signal,
  );
  return { ...exchange, url: url.href };
}
