/** Addresses as numbers, without I/O: `node:net` is out of bounds for the pure parts. */

export type Family = 4 | 6;

/** Parses a dotted quad; undefined for anything else (leading zeros included, as inet_pton does). */
function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** Parses RFC 4291 text, without a zone; undefined for anything else. */
function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<bigint>(missing).fill(0n), ...tail];
  return all.reduce((sum, group) => (sum << 16n) | group, 0n);
}

function groups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const out: bigint[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes('.')) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      out.push(v4 >> 16n, v4 & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return out;
}

/** 4 or 6 for an IP address in text form, undefined for everything else. */
export function ipFamily(text: string): Family | undefined {
  if (parseV4(text) !== undefined) return 4;
  return parseV6(text) !== undefined ? 6 : undefined;
}

function number(text: string): bigint {
  return parseV4(text) ?? parseV6(text) ?? 0n;
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
