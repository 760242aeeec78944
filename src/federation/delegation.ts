import type { Chain, Exchange, WellKnownFault } from './evidence.ts';
import { isObject, JsonError, parseJson } from './json.ts';
import { parseServerName, type ServerName } from './server-name.ts';

export type Delegation =
  | { readonly delegated: string; readonly name: ServerName }
  | { readonly fault: WellKnownFault };

/**
 * What a well-known answer says: where the server is, or why the answer does not count.
 * The content type is not asked for: peers do not either.
 * Source: server-server API, "Resolving server names", step 3, and "GET /.well-known/matrix/server".
 */
export function readDelegation(chain: Chain): Delegation {
  const last = chain.exchanges.at(-1);
  if (!last) return fault('no-address', 'the name has no address');
  const failed = failure(chain, last);
  if (failed) return { fault: failed };
  return readBody(last.body ?? '');
}

function failure(chain: Chain, last: Exchange): WellKnownFault | undefined {
  if (chain.lookup) return { kind: 'redirect', detail: `${chain.lookup.name} has no address` };
  if (last.error) {
    const kind = last.error.code === 'BAD_CERTIFICATE' ? 'certificate' : 'unreachable';
    return { kind, detail: last.error.message };
  }
  if (chain.stopped) return { kind: 'redirect', detail: STOPPED[chain.stopped] };
  if (last.status !== 200) return { kind: 'status', detail: `HTTP ${last.status}` };
  if (last.truncated) return { kind: 'too-large', detail: 'the answer is longer than 50 KiB' };
  if (/^\s*</.test(last.body ?? '')) return { kind: 'html', detail: (last.body ?? '').slice(0, 60) };
  return undefined;
}

const STOPPED: Record<NonNullable<Chain['stopped']>, string> = {
  loop: 'the redirects go round in a circle',
  'too-many': 'more than 10 redirects',
  'no-location': 'a redirect without a usable Location',
  'not-https': 'a redirect to something that is not https',
  'not-public': 'a redirect to an address that is not public',
};

function readBody(body: string): Delegation {
  let server: unknown;
  try {
    const document = parseJson(body);
    if (!isObject(document)) return fault('no-m.server', 'the document is not an object');
    server = document.get('m.server');
  } catch (error) {
    if (error instanceof JsonError) return fault('json', error.message);
    throw error;
  }
  if (server === undefined) return fault('no-m.server', 'the document has no "m.server"');
  if (typeof server !== 'string') return fault('no-m.server', '"m.server" is not a string');
  const name = parseServerName(server);
  if ('invalid' in name) return fault('bad-m.server', `"m.server" is "${server}": ${name.invalid}`);
  return { delegated: server, name };
}

function fault(kind: WellKnownFault['kind'], detail: string): Delegation {
  return { fault: { kind, detail } };
}
