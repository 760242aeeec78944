import type { Family } from './ip.ts';
import { ipFamily } from './ip.ts';

/** A server name or the value of `m.server`, taken apart. */
export interface ServerName {
  /** Host without brackets and without port, in its original case. */
  readonly host: string;
  /** 4 or 6 for an IP literal. */
  readonly literal?: Family;
  readonly port?: number;
}

const MAX_LENGTH = 255;

/**
 * Parses `hostname [":" port]`, where hostname is a dotted quad, a bracketed IPv6 address or a DNS name.
 * Returns the reason in words when the text is not a server name.
 * Source: Matrix specification, appendices, "Server Name".
 */
export function parseServerName(text: string): ServerName | { readonly invalid: string } {
  if (text === '') return { invalid: 'it is empty' };
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(text)) return { invalid: 'it starts with a scheme' };
  if (/\s/.test(text)) return { invalid: 'it contains white space' };
  if (text.includes('/')) return { invalid: 'it contains a path' };
  if (text.length > MAX_LENGTH) return { invalid: `it is longer than ${MAX_LENGTH} characters` };
  const match = /^(\[[0-9a-fA-F:.]{2,45}\]|[0-9a-zA-Z.-]+)(?::(.*))?$/.exec(text);
  if (!match) return { invalid: 'it contains characters that no host name has' };
  const bracketed = match[1] ?? '';
  const host = bracketed.replace(/^\[|\]$/g, '');
  if (match[2] !== undefined && !/^\d{1,5}$/.test(match[2])) return { invalid: 'its port is not a number' };
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && (port < 1 || port > 65_535)) return { invalid: 'its port is out of range' };
  const literal = ipFamily(host);
  if (bracketed.startsWith('[') && literal !== 6) return { invalid: 'its IPv6 address is not one' };
  if (literal === undefined && !isDnsName(host)) return { invalid: 'it is not a host name' };
  return {
    host,
    ...(literal === undefined ? {} : { literal }),
    ...(port === undefined ? {} : { port }),
  };
}

/** Labels of letters, digits and hyphens; a name of digits only would be taken for an address by every resolver. */
function isDnsName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((label) => /^[0-9a-zA-Z]([0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?$/.test(label));
}

/** What comes after the first colon: ids and aliases name their server there (appendices, "Common Identifier Format"). Empty: none. */
export const serverOf = (id: string): string => {
  const colon = id.indexOf(':');
  return colon < 0 ? '' : id.slice(colon + 1);
};
