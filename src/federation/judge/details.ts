import type { Check } from '../codes.ts';
import type { AddressEvidence, Evidence } from '../evidence.ts';
import { isObject, JsonNumber } from '../json.ts';
import { software } from './address-words.ts';
import { read } from './read.ts';

interface Detail {
  readonly check: Check;
  /** What is there when nothing is wrong with it. */
  readonly says: string;
}

/** Every check of one address that came about, in the order of the connection, with what a good one has seen. */
export function details(one: AddressEvidence, evidence: Evidence): Detail[] {
  const { tcp, tls, version, keys, routes } = one;
  const list: Detail[] = [];
  if (tcp) list.push({ check: 'connection', says: `open, ${tcp.ms} ms` });
  if (!tcp || tcp.error) return list;
  list.push({ check: 'TLS', says: [tls?.protocol, tls?.cipher].filter(Boolean).join(', ') });
  if (tls) list.push({ check: 'certificate', says: certificate(one) });
  if (version) list.push({ check: 'homeserver', says: software(one) });
  if (keys) list.push({ check: 'keys', says: keysSay(keys.body ?? '', evidence.serverName) });
  if (routes)
    list.push({ check: 'routes', says: 'federation paths reach the homeserver, encoded ones undecoded' });
  if (version?.headers?.date !== undefined) list.push({ check: 'clock', says: 'agrees with the clock here' });
  return list;
}

function certificate({ tls, target }: AddressEvidence): string {
  const leaf = tls?.chain[0];
  if (!leaf) return `covers ${target.certificateName}`;
  const issuer = /(?:^|\n)O=([^\n]+)/.exec(leaf.issuer)?.[1] ?? leaf.issuer.replaceAll('\n', ', ');
  return `covers ${target.certificateName}, until ${leaf.notAfter.slice(0, 10)}, by ${issuer}`;
}

function keysSay(body: string, serverName: string): string {
  const document = read(body);
  if (typeof document === 'string') return document;
  const keys = document.get('verify_keys');
  const ids = isObject(keys) ? [...keys.keys()] : [];
  const until = document.get('valid_until_ts');
  const day = until instanceof JsonNumber ? isoDay(Number(until.lexeme)) : undefined;
  return [
    `${ids.slice(0, 3).join(', ')} of ${serverName}, self-signed`,
    ...(day ? [`valid until ${day}`] : []),
  ].join(', ');
}

function isoDay(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 16).replace('T', ' ');
}
