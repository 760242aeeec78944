import { bracketed, inNetwork } from '../federation/ip.ts';
import { parseAddress } from './ip.ts';
import { bad, ok, type Parsed } from './question.ts';

/**
 * Addresses that only this machine and its own networks reach: loopback (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), RFC 1918,
 * RFC 4193. The same as Caddy's `private_ranges` (its manual, "trusted_proxies"), whose requests the router believes.
 */
const PRIVATE: readonly string[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fd00::/8',
];

export interface Listen {
  /** IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** Takes `127.0.0.1:8008` or `[fd00::1]:8008` apart; undefined for anything else. */
export function splitListen(text: string): Listen | undefined {
  const [, v6, v4, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = parseAddress(v6 ?? v4 ?? '');
  const number = Number(port);
  if (!address.ok || (v6 === undefined) === address.value.includes(':')) return undefined;
  if (number < 1 || number > 65_535) return undefined;
  return { address: address.value, port: number };
}

/** Whether nothing but the machine itself reaches it. */
export const isLoopback = ({ address }: Listen): boolean =>
  inNetwork(address, '127.0.0.0/8') || address === '::1';

/** Reads an address that is not public, and a port; yields it in its one form. */
export function parseListen(text: string): Parsed<string> {
  const given = text.trim();
  const listen = splitListen(given);
  if (!listen)
    return bad(`"${given}" is not an address and a port, such as 127.0.0.1:8008 or [fd00::1]:8008`);
  if (listen.address === '0.0.0.0' || listen.address === '::')
    return bad(
      `"${given}" is every address of the machine, also the public ones: what comes there is not encrypted, and anybody could pretend to be the proxy`,
    );
  if (!PRIVATE.some((network) => inNetwork(listen.address, network)))
    return bad(
      `"${given}" is not a private address: what comes there is not encrypted, and anybody could pretend to be the proxy; take a loopback address, one of Docker's bridge, or one of a private network`,
    );
  return ok(`${bracketed(listen.address)}:${listen.port}`);
}
