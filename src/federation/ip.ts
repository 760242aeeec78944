import { parseIp } from '../address/ip.ts';

export type Family = 4 | 6;

/** 4 or 6 for an IP address in text form, undefined for everything else. */
export function ipFamily(text: string): Family | undefined {
  const ip = parseIp(text);
  return ip && (ip.bits === 32 ? 4 : 6);
}

function number(text: string): bigint {
  return parseIp(text)?.value ?? 0n;
}

/** Whether `ip` is in `network` (`10.0.0.0/8`, `fc00::/7`, or one address). A v4-mapped address counts as its v4 self. */
export function inNetwork(ip: string, network: string): boolean {
  const [base = '', prefix] = network.split('/');
  const mapped = unmapped(ip);
  const family = ipFamily(mapped);
  if (family === undefined || family !== ipFamily(base)) return false;
  const width = family === 4 ? 32 : 128;
  const length = prefix === undefined ? width : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > width) return false;
  const shift = BigInt(width - length);
  return number(mapped) >> shift === number(base) >> shift;
}

function unmapped(ip: string): string {
  if (ipFamily(ip) !== 6) return ip;
  const value = number(ip);
  if (value >> 32n !== 0xffffn) return ip;
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

/** Networks that a Synapse of default settings never connects to. Source: synapse/config/repository.py, DEFAULT_IP_RANGE_BLOCKLIST. */
const NOT_PUBLIC = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '169.254.0.0/16',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '::1/128',
  'fe80::/10',
  'fc00::/7',
  '2001:db8::/32',
  'ff00::/8',
  'fec0::/10',
] as const;

/**
 * The blocked network that `ip` is in, or undefined when other servers may connect to it.
 * @param allowed networks (CIDR) of a closed federation, which its members do connect to
 */
export function blockedNetwork(ip: string, allowed: readonly string[] = []): string | undefined {
  if (allowed.some((network) => inNetwork(ip, network))) return undefined;
  return NOT_PUBLIC.find((network) => inNetwork(ip, network));
}

/** An address as it stands in a URL or a Host header. */
export function bracketed(ip: string): string {
  return ipFamily(ip) === 6 ? `[${ip}]` : ip;
}
