import { type Ip, parseIp as readIp } from '../address/ip.ts';
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

/** An IPv4 tail in an IPv6 address is not taken: such networks are written as IPv4. */
function parseIp(text: string): Ip | undefined {
  return text.includes(':') && text.includes('.') ? undefined : readIp(text);
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
