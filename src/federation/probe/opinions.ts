import type { Exchange, Opinion, Settings } from '../evidence.ts';
import { addressesOf, type Questions } from '../network.ts';
import { resolve } from '../resolve.ts';
import type { Dialer } from './dial.ts';
import { get } from './http.ts';

/** Bytes. A report of the public tester has 2 to 20 KB, keys of a notary less. */
const LIMIT = 256 * 1024;
const TESTER = 'https://federationtester.matrix.org/api/report?server_name=';

/** What others say of the server, when they were asked for. Never rejects. */
export async function gatherOpinions(
  serverName: string,
  settings: Settings,
  ask: Questions,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<readonly Opinion[]> {
  const asked: Promise<Opinion>[] = [];
  const { notary, publicTester } = settings;
  if (notary !== undefined)
    asked.push(
      askNotary(serverName, notary, ask, dialer, signal).then((exchange) => ({
        kind: 'notary',
        by: notary,
        exchange,
      })),
    );
  if (publicTester === true)
    asked.push(
      askTester(serverName, ask).then((exchange) => ({
        kind: 'public-tester',
        by: new URL(TESTER).host,
        exchange,
      })),
    );
  return Promise.all(asked);
}

/** Source: server-server API, "GET /_matrix/key/v2/query/{serverName}". */
async function askNotary(
  serverName: string,
  notary: string,
  ask: Questions,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<Exchange> {
  const path = `/_matrix/key/v2/query/${encodeURIComponent(serverName)}`;
  const { targets } = await resolve(notary, ask);
  let last: Exchange | undefined;
  for (const target of targets.slice(0, 4)) {
    const about = { ip: target.ip, port: target.port, host: target.hostHeader, sni: target.sni };
    const { exchange } = await get(
      dialer,
      { ...about, path, limit: LIMIT, insistOn: target.certificateName },
      signal,
    );
    const { tls: _, ...answer } = exchange;
    if (!answer.error) return answer;
    last = answer;
  }
  return last ?? nothing(`https://${notary}${path}`, `${notary} was not found`);
}

async function askTester(serverName: string, ask: Questions): Promise<Exchange> {
  const url = new URL(`${TESTER}${encodeURIComponent(serverName)}`);
  const [ip] = addressesOf(await ask.addresses(url.hostname));
  if (ip === undefined) return nothing(url.href, `${url.hostname} has no address here`);
  const { tls: _, ...answer } = await ask.get(url, ip, { limit: LIMIT });
  return answer;
}

function nothing(url: string, message: string): Exchange {
  return { url, at: new Date().toISOString(), ms: 0, error: { phase: 'dns', code: 'NO_ADDRESS', message } };
}
