import { bad, ok, type Parsed } from './question.ts';

/**
 * Reads a network in CIDR form, `10.0.0.0/8` or `fd00::/8`, strictly: full addresses, no bits beyond the
 * prefix, a prefix of at least 1. Yields it in lower case, IPv6 compressed by RFC 5952.
 */
export function parseCidr(text: string): Parsed<string> {
  const given = text.trim();
  const match = /^([0-9a-fA-F:.]+)\/(0|[1-9]\d{0,2})$/.exec(given);
  if (!match) {
    const hint = parseIp(given);
    if (hint) return bad(`"${given}" has no prefix length: ${given}/${hint.bits} is this one address`);
    return bad(`"${given}" is not a network such as 10.0.0.0/8 or fd00::/8`);
  }
  const ip = parseIp(match[1] ?? '');
  const prefix = Number(match[2]);
  if (!ip) return bad(`"${given}" is not a network such as 10.0.0.0/8 or fd00::/8`);
  if (prefix > ip.bits) return bad(`"${given}" has a prefix longer than ${ip.bits} bits`);
  if (prefix === 0)
    return bad(`"${given}" is every address, also this machine's own: name the networks that federate`);
  const hostBits = BigInt(ip.bits - prefix);
  const network = (ip.value >> hostBits) << hostBits;
  const canonical = `${formatIp(network, ip.bits)}/${prefix}`;
  if (network !== ip.value) return bad(`"${given}" has bits beyond its prefix: ${canonical} is meant`);
  return ok(canonical);
}

/** Reads one IPv4 or IPv6 address, strictly; yields it in lower case, IPv6 compressed by RFC 5952. */
export function parseAddress(text: string): Parsed<string> {
  const given = text.trim();
  const ip = parseIp(given);
  return ip ? ok(formatIp(ip.value, ip.bits)) : bad(`"${given}" is not an IPv4 or IPv6 address`);
}

interface Ip {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function parseIp(text: string): Ip | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Ip | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    // A leading zero is octal to some readers and decimal to others.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return { value, bits: 32 };
}

function parseIpv6(text: string): Ip | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const tail = groups(halves[1] ?? '');
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<number>(missing).fill(0), ...tail];
  return { value: all.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n), bits: 128 };
}

/** The 16-bit groups of one side of `::`; an IPv4 tail is not taken: such networks are written as IPv4. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))
    ? parts.map((part) => Number.parseInt(part, 16))
    : undefined;
}

function formatIp(value: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const parts = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  // RFC 5952, 4.2: the longest run of at least two zero groups, the first of equals, becomes `::`.
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (parts[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return parts.join(':');
  const left = parts.slice(0, best.start).join(':');
  const right = parts.slice(best.start + best.length).join(':');
  return `${left}::${right}`;
}
