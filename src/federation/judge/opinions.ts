import type { Evidence, Opinion } from '../evidence.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Findings } from './findings.ts';
import { read } from './read.ts';

/** What an opinion comes to. `unavailable` is never a verdict. */
export type OpinionSays =
  | { readonly kind: 'agrees'; readonly says: string }
  | { readonly kind: 'disagrees'; readonly says: string }
  | { readonly kind: 'unavailable'; readonly says: string };

/** Reads an opinion; about a notary: whether it has the keys of the server. */
export function readOpinion({ kind, exchange }: Opinion, serverName: string): OpinionSays {
  if (exchange.error) return { kind: 'unavailable', says: `unavailable: ${exchange.error.message}` };
  const document = read(exchange.body ?? '');
  if (kind === 'public-tester') {
    const ok = typeof document === 'string' ? undefined : document.get('FederationOK');
    if (exchange.status !== 200 || typeof ok !== 'boolean')
      return { kind: 'unavailable', says: `unavailable: HTTP ${exchange.status}` };
    return ok
      ? { kind: 'agrees', says: 'says that federation works' }
      : { kind: 'disagrees', says: 'says that federation does not work' };
  }
  const known = keysAtNotary(document, serverName);
  if (exchange.status === 200 && known.size > 0)
    return { kind: 'agrees', says: `has its keys: ${[...known.keys()].slice(0, 3).join(', ')}` };
  return { kind: 'disagrees', says: `could not get its keys (HTTP ${exchange.status})` };
}

/**
 * A notary that has no keys could not fetch them; one that has the same key with other bytes remembers a server that
 * was there before under this name. Its answer may be hours old.
 */
export function judgeOpinions(evidence: Evidence, out: Findings): void {
  for (const opinion of evidence.opinions ?? []) {
    const said = readOpinion(opinion, evidence.serverName);
    if (said.kind === 'disagrees')
      out.add(opinion.kind === 'notary' ? 'MB-FED-142' : 'MB-FED-143', {
        where: opinion.by,
        seen: said.says,
        fix: [
          opinion.kind === 'notary'
            ? 'See the log of the homeserver for its requests, and check again in an hour: it remembers failures'
            : 'Compare its report: it looks from another place, and differs from the specification in a few points',
        ],
      });
    if (opinion.kind === 'notary' && said.kind === 'agrees') judgeRemembered(opinion, evidence, out);
  }
}

function judgeRemembered(opinion: Opinion, evidence: Evidence, out: Findings): void {
  const there = keysAtNotary(read(opinion.exchange.body ?? ''), evidence.serverName);
  for (const { keys } of evidence.addresses) {
    const document = keys?.status === 200 ? read(keys.body ?? '') : 'none';
    if (typeof document === 'string') continue;
    for (const [id, here] of keysIn(document, ['verify_keys', 'old_verify_keys'])) {
      const remembered = there.get(id);
      if (remembered === undefined || remembered === here) continue;
      out.add('MB-FED-023', {
        where: opinion.by,
        seen: `it remembers ${id} as ${remembered}, the server has ${here}`,
        fix: ['Put the old signing key back from a backup and restart the homeserver'],
      });
    }
  }
}

/** Key id → key, of all documents of this server that the notary answers with. */
function keysAtNotary(document: JsonObject | string, serverName: string): Map<string, string> {
  const list = typeof document === 'string' ? undefined : document.get('server_keys');
  const keys = new Map<string, string>();
  for (const one of Array.isArray(list) ? list : []) {
    if (!isObject(one) || one.get('server_name') !== serverName) continue;
    for (const [id, key] of keysIn(one, ['verify_keys', 'old_verify_keys'])) keys.set(id, key);
  }
  return keys;
}

function keysIn(document: JsonObject, lists: readonly string[]): Map<string, string> {
  const keys = new Map<string, string>();
  for (const name of lists) {
    const list = document.get(name);
    for (const [id, entry] of isObject(list) ? list : []) {
      const key = isObject(entry) ? entry.get('key') : undefined;
      if (typeof key === 'string') keys.set(id, key);
    }
  }
  return keys;
}
