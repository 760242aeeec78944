import { domainToASCII, domainToUnicode } from 'node:url';
import { idnaProblem } from './idna.ts';
import { bad, badAlready, ok, type Parsed } from './question.ts';

/**
 * Longest server_name. A user id is at most 255 bytes with its localpart.
 * Source: Matrix specification, appendices, "Server Name" ("SHOULD NOT exceed 230 characters").
 */
export const SERVER_NAME_LIMIT = 230;

/** Longest DNS name in text form without its final dot. Source: RFC 1035, 2.3.4. */
export const DNS_NAME_LIMIT = 253;

/** Names that no certificate authority certifies and no other server can look up, with the reason. */
const LOCAL_SUFFIXES: Readonly<Record<string, string>> = {
  localhost: 'it names this machine only (RFC 6761)',
  local: 'it is answered by multicast DNS in one network only (RFC 6762)',
  invalid: 'it never resolves (RFC 6761)',
};

/**
 * Reads a host name that other machines can look up: dns-name of the Matrix grammar without a port,
 * narrowed to what DNS allows (labels of letters, digits and inner hyphens, at least two of them).
 * A pasted address is trimmed to its host and a name in another script is converted; both are told in `notes`.
 * Sources: Matrix specification, appendices, "Server Name" (ASCII only; Synapse: util/stringutils.py,
 * parse_and_validate_server_name); RFC 1123, 2.1; UTS 46, non-transitional, by way of node:url; then IDNA 2008, which
 * is narrower.
 */
export function parseHostname(text: string, limit: number): Parsed<string> {
  const read = readHostname(text, limit);
  return read.ok || !isSettled(text.trim(), limit) ? read : badAlready(read.problem);
}

function readHostname(text: string, limit: number): Parsed<string> {
  const notes: string[] = [];
  const given = text.trim();
  if (given === '') return bad('a name is needed, for example example.org');
  const trimmed = trimAddress(given);
  if (trimmed !== given) notes.push(`"${given}" was read as ${trimmed}`);
  if (trimmed.startsWith('@')) return bad(`"${given}" is a user id: give only what follows the colon`);
  if (trimmed.startsWith('[') || /^[0-9a-f]*:[0-9a-f:.]*$/i.test(trimmed)) return bad(ipReason(given));
  if (/:\d*$/.test(trimmed))
    return bad(`"${given}" has a port: give the name alone, the port is published in /.well-known`);
  const ascii = toAscii(trimmed);
  if (ascii === undefined)
    return bad(`"${given}" is not a host name: letters, digits, hyphens and dots are allowed`);
  const unicode = domainToUnicode(ascii);
  if (unicode !== ascii)
    notes.push(`${unicode} is written ${ascii} in DNS and in Matrix ids: that is the form users will see`);
  const problem = hostnameProblem(ascii, limit) ?? idnaProblem(unicode);
  return problem === undefined ? ok(ascii, notes) : bad(`"${given}" ${problem}`);
}

/** A name as people read it: `xn--bcher-kva.example (bücher.example)`; plain ones as they are. */
export function bothForms(name: string): string {
  const unicode = domainToUnicode(name);
  return unicode === '' || unicode === name ? name : `${name} (${unicode})`;
}

/**
 * Whether no way of typing on makes a name of it. Judged by what is plain: a name in another script is only judged
 * whole, and a first word may become `https://`.
 */
function isSettled(given: string, limit: number): boolean {
  if (/^[a-z][a-z0-9+-]*:?\/?$/i.test(given)) return false;
  const name = hostOf(given);
  if (/[^\P{ASCII}A-Za-z0-9.-]/u.test(name)) return true;
  if (/^\.|\.\.|(^|\.)-|-\./.test(name)) return true;
  const length = name.replace(/\.$/, '').length;
  return /^\p{ASCII}*$/u.test(name) && (length > limit || name.split('.').some((label) => label.length > 63));
}

/** `https://example.org/path` → `example.org`; a final dot goes too. Anything else stays for the checks. */
function trimAddress(text: string): string {
  const host = hostOf(text);
  return host.length > 1 && host.endsWith('.') ? host.slice(0, -1) : host;
}

/** An address without its scheme and its path. */
function hostOf(text: string): string {
  return text.replace(/^[a-z][a-z0-9+-]*:\/\//i, '').replace(/[/?#].*$/s, '');
}

/** Lower-case ASCII form, or undefined when there is none. */
function toAscii(text: string): string | undefined {
  if (/^[\x21-\x7e]+$/.test(text)) {
    const lower = text.toLowerCase();
    if (lower.split('.').some(isBrokenPunycode)) return undefined;
    return /^[a-z0-9._-]+$/.test(lower) ? lower : undefined;
  }
  // Checked before the conversion, which decodes %41 and would let more through than people typed.
  if (/[\p{Cc}\p{Zs}]/u.test(text) || /[^\P{ASCII}A-Za-z0-9._-]/u.test(text)) return undefined;
  const ascii = domainToASCII(text);
  return /^[a-z0-9._-]+$/.test(ascii) ? ascii : undefined;
}

/** An `xn--` label that stands for nothing: other servers' libraries refuse it. Newer Nodes hand it back as it is. */
function isBrokenPunycode(label: string): boolean {
  if (!label.startsWith('xn--')) return false;
  const unicode = domainToUnicode(label);
  return unicode === label || domainToASCII(unicode) !== label;
}

function hostnameProblem(name: string, limit: number): string | undefined {
  if (name.includes('_')) return 'has an underscore: no certificate is issued for such a name';
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  const local = LOCAL_SUFFIXES[last];
  if (local !== undefined) return `cannot be used: ${local}`;
  if (labels.length < 2) return 'has no dot: other servers cannot look it up';
  for (const label of labels) {
    if (label === '') return 'has an empty part between its dots';
    if (label.length > 63) return `has a part of ${label.length} characters; at most 63 are allowed`;
    if (label.startsWith('-') || label.endsWith('-')) return 'has a part that begins or ends with a hyphen';
  }
  // WHATWG URL and others take a numeric last label for an IPv4 address.
  if (/^\d+$/.test(last) || /^0x[0-9a-f]*$/.test(last)) return 'is an IP address: a name is needed';
  if (name.length > limit) return `has ${name.length} characters; at most ${limit} are allowed`;
  return undefined;
}

function ipReason(text: string): string {
  return `"${text}" is an IP address: a name is needed, certificates and user ids are bound to it`;
}
