import { isIPv6 } from 'node:net';
import { UsageError } from '../errors.ts';
import type { Target } from './host.ts';

/** Host names, aliases of ~/.ssh/config and IPv4: what no shell and no ssh_config token can misread. */
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?$/;
/** As useradd allows them, and the dots and upper case of directory services. */
const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}\$?$/;
const IPV6 = /^[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?$/;

/**
 * `[user@]host[:port]`, `[user@][v6][:port]`, `[user@]v6`, or any of them behind `ssh://`. Pure.
 * @throws UsageError that says in one sentence what is wrong.
 */
export function parseTarget(text: string): Target {
  const wrong = (why: string) =>
    new UsageError(`${JSON.stringify(text)} does not name a machine: ${why}.`, [
      'Write it as root@203.0.113.7, root@example.org:2222, or root@[2001:db8::7]:2222.',
    ]);
  const plain = text.startsWith('ssh://') ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  if (plain === '') throw wrong('it is empty');
  const at = plain.lastIndexOf('@');
  const user = at < 0 ? undefined : plain.slice(0, at);
  if (user !== undefined && !USER.test(user)) {
    throw wrong(
      user.includes(':') ? 'a password has no place in it' : 'the part before @ is not a login name',
    );
  }
  const { host, port } = splitPort(plain.slice(at + 1), wrong);
  if (isIPv6(host) ? !IPV6.test(host) : !HOST.test(host)) {
    throw wrong(
      host === '' ? 'the host is missing' : `${JSON.stringify(host)} is not a host name or an address`,
    );
  }
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

function splitPort(rest: string, wrong: (why: string) => Error): { host: string; port?: number } {
  if (rest.startsWith('[')) {
    const [, host = '', , port] = /^\[([^\]]*)\](:(.*))?$/.exec(rest) ?? [];
    if (!isIPv6(host)) throw wrong('between [ and ] belongs an IPv6 address');
    return port === undefined ? { host } : { host, port: asPort(port, wrong) };
  }
  // More than one colon is an IPv6 address without brackets, which leaves no room for a port.
  if (isIPv6(rest)) return { host: rest };
  const [host = '', port, ...more] = rest.split(':');
  if (more.length > 0) throw wrong('an IPv6 address with a port needs brackets');
  return port === undefined ? { host } : { host, port: asPort(port, wrong) };
}

function asPort(text: string, wrong: (why: string) => Error): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw wrong(`${JSON.stringify(text)} is not a port (1 to 65535)`);
  return port;
}
