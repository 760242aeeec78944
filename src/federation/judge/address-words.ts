import type { AddressEvidence, Target } from '../evidence.ts';
import { bracketed } from '../ip.ts';
import { isObject } from '../json.ts';
import { read } from './read.ts';

/** `192.0.2.1:443`, `[2001:db8::1]:8448`. */
export function place(target: Target): string {
  return `${bracketed(target.ip)}:${target.port}`;
}

/** Name and version of the homeserver behind an address as it says them; empty when nothing answered. */
export function software(one: AddressEvidence): string {
  const { version } = one;
  if (version?.status === undefined) return '';
  const document = version.status === 200 ? read(version.body ?? '') : 'none';
  const server = typeof document === 'string' ? undefined : document.get('server');
  if (!isObject(server)) return `version: HTTP ${version.status}`;
  return [server.get('name'), server.get('version')].filter((part) => typeof part === 'string').join(' ');
}
