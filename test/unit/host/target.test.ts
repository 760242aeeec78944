import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { parseTarget } from '../../../src/host/target.ts';

describe('parseTarget', () => {
  test.each([
    ['example.org', { host: 'example.org' }],
    ['root@203.0.113.7', { user: 'root', host: '203.0.113.7' }],
    ['debian@example.org:2222', { user: 'debian', host: 'example.org', port: 2222 }],
    ['[2001:db8::7]:2222', { host: '2001:db8::7', port: 2222 }],
    ['root@[2001:db8::7]', { user: 'root', host: '2001:db8::7' }],
    ['user@fd00::1', { user: 'user', host: 'fd00::1' }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0' }],
    ['ssh://root@example.org:22/', { user: 'root', host: 'example.org', port: 22 }],
    ['ssh://[::1]:22', { host: '::1', port: 22 }],
    ['localhost', { host: 'localhost' }],
    ['my_alias', { host: 'my_alias' }],
    ['DOMAIN.user@host', { user: 'DOMAIN.user', host: 'host' }],
    ['machine$@host', { user: 'machine$', host: 'host' }],
  ])('%s', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  test.each([
    ['', 'empty'],
    ['root@', 'the host is missing'],
    ['@host', 'not a login name'],
    ['-oProxyCommand=id', 'not a host name'],
    ['root@-host', 'not a host name'],
    ['-l@host', 'not a login name'],
    ['host name', 'not a host name'],
    ['host;id', 'not a host name'],
    ['$(id)@host', 'not a login name'],
    ['root:secret@host', 'a password has no place'],
    ['host:0', 'not a port'],
    ['host:65536', 'not a port'],
    ['host:22x', 'not a port'],
    ['host:', 'not a port'],
    ['2001:db8::7:99999', 'needs brackets'],
    ['a:b:c', 'needs brackets'],
    ['[host]:22', 'IPv6'],
    ['[::1', 'IPv6'],
    ['[::1]x', 'IPv6'],
    ['http://host', 'not a port'],
    ['host/path', 'not a host name'],
    ['::1%eth0;id', 'needs brackets'],
    ['a@b@host', 'not a login name'],
    ['host\n', 'not a host name'],
  ])('%j is refused', (text, why) => {
    expect(() => parseTarget(text)).toThrow(UsageError);
    expect(() => parseTarget(text)).toThrow(why);
  });

  test('whatever is accepted has no character that a shell or ssh_config could misread', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'root@', 'ssh://'), (text, prefix) => {
        try {
          const { host, user = 'u' } = parseTarget(prefix + text);
          expect(host).toMatch(/^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/);
          expect(user).toMatch(/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
