import { ipFamily } from '../federation/ip.ts';
import { addressesOf, lookupFailure } from '../federation/network.ts';
import { printable } from '../federation/printable.ts';
import { tcpConnect } from '../federation/probe/dial.ts';
import { Names } from '../federation/probe/dns.ts';
import { get } from '../federation/probe/http.ts';
import { type RootOptions, trustContext } from '../federation/probe/roots.ts';
import { hasRoute } from '../federation/probe/route.ts';

/** Bytes; Synapse's answer has some three thousand. */
const LIMIT = 64 * 1024;

interface Look extends RootOptions {
  readonly dns?: readonly string[];
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

/**
 * Why a name does not answer as a homeserver over HTTPS (client-server API, GET /_matrix/client/versions), safe to print;
 * '' when it does at each of its addresses that can be reached from here. Never rejects for network reasons.
 */
export const lookThroughProxy = async (
  host: string,
  { dns, timeout, ...roots }: Look,
  signal: AbortSignal,
): Promise<string> => {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const lookup = await new Names(dns, limited).addresses(host);
  signal.throwIfAborted();
  const failure = lookupFailure(lookup);
  if (failure) return `${host} has no address in DNS (${failure})`;
  const dialer = { context: await trustContext(roots), connect: tcpConnect };
  const said = await Promise.all(
    addressesOf(lookup).map(async (ip) => {
      if (!(await hasRoute(ip))) return undefined;
      const request = { ip, port: 443, host, path: '/_matrix/client/versions', sni: host, limit: LIMIT };
      const { exchange } = await get(dialer, { ...request, insistOn: host }, limited);
      const why = exchange.error?.message ?? objection(exchange.status, exchange.body);
      return why === undefined ? '' : `${ipFamily(ip) === 6 ? `[${ip}]` : ip}: ${why}`;
    }),
  );
  signal.throwIfAborted();
  const reached = said.filter((one) => one !== undefined);
  if (reached.length === 0) return `your own network does not lead to ${host}`;
  return printable(reached.find((one) => one !== '') ?? '');
};

const objection = (status = 0, body = ''): string | undefined => {
  if (status !== 200) return `HTTP ${status} in the place of a homeserver's answer`;
  try {
    const { versions } = JSON.parse(body) as { versions?: unknown };
    if (Array.isArray(versions)) return undefined;
  } catch {
    // Said below.
  }
  return "an answer that is no homeserver's";
};
