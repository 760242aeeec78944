import type { AddressEvidence, Evidence, Hop } from '../evidence.ts';
import { isObject } from '../json.ts';
import { addressesOf, lookupFailure } from '../network.ts';
import { printable } from '../printable.ts';
import { place } from './address.ts';
import { read } from './answers.ts';

/** The way in plain words: discovery, then one line an address. */
export function summarize(evidence: Evidence): string[] {
  const lines = [...evidence.hops.map(hopLine), ...evidence.addresses.map(addressLine)];
  return lines.filter((line) => line !== undefined).map((line) => printable(line));
}

function hopLine(hop: Hop): string | undefined {
  switch (hop.kind) {
    case 'invalid-name':
      return `not a server name: ${hop.reason}`;
    case 'lookup':
      return `${hop.lookup.name}: ${addressesOf(hop.lookup).join(', ') || (lookupFailure(hop.lookup) ?? '')}`;
    case 'well-known':
      return `${hop.host} well-known: ${hop.delegated ?? hop.fault?.detail ?? ''}`;
    case 'srv': {
      const records = hop.answer.records.map((record) => `${record.target}:${record.port}`).join(', ');
      return `${hop.name}: ${records || hop.answer.outcome}`;
    }
    case 'cname':
      return `${hop.name} is an alias of ${hop.target}`;
    case 'rule':
      return hop.port === undefined
        ? undefined
        : `connect to ${hop.host} port ${hop.port} (step ${hop.rule})`;
  }
}

function addressLine(one: AddressEvidence): string {
  const where = place(one.target);
  if (one.skipped) return `${where}: not looked at`;
  const error = one.tcp?.error ?? one.version?.error;
  if (error) return `${where}: ${error.message}`;
  return [`${where}: ${one.tls?.protocol ?? 'TLS'}`, software(one)].filter((part) => part !== '').join(', ');
}

function software(one: AddressEvidence): string {
  const document = one.version?.status === 200 ? read(one.version.body ?? '') : 'none';
  const server = typeof document === 'string' ? undefined : document.get('server');
  if (!isObject(server)) return `version: HTTP ${one.version?.status ?? 'none'}`;
  return [server.get('name'), server.get('version')].filter((part) => typeof part === 'string').join(' ');
}
