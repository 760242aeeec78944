import { addressesOf } from '../federation/network.ts';
import { tcpConnect } from '../federation/probe/dial.ts';
import { Names } from '../federation/probe/dns.ts';
import { get } from '../federation/probe/http.ts';
import { type RootOptions, trustContext } from '../federation/probe/roots.ts';
import type { FirstLook } from '../plan/facts.ts';

/** Answers everybody and is needed anyway: the certificate authority that Caddy asks. */
const SERVER = 'acme-v02.api.letsencrypt.org';

/**
 * How far a server's clock (HTTP Date, RFC 9110, 6.6.1; whole seconds) is ahead of the operator's. The certificate is not
 * insisted on: with a clock that is off by months it would look expired. Undefined when the server cannot be asked.
 */
export const thirdClock = async (
  options: RootOptions & { readonly dns?: readonly string[] },
  signal: AbortSignal,
): Promise<FirstLook['thirdClock']> => {
  const [ip] = addressesOf(await new Names(options.dns, signal).addresses(SERVER, 4));
  if (ip === undefined) return undefined;
  const dialer = { context: await trustContext(options), connect: tcpConnect };
  const request = { ip, port: 443, host: SERVER, path: '/directory', sni: SERVER, limit: 4096 };
  const { exchange } = await get(dialer, request, signal);
  const date = Date.parse(exchange.headers?.date ?? '');
  if (Number.isNaN(date)) return undefined;
  return { ahead: Math.round((date - Date.parse(exchange.at)) / 1000), of: SERVER };
};
