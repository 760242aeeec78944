import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowedCertificates,
  allowedCidr,
  allowedHost,
  allowedMail,
  allowedServerName,
} from '../../../src/render/allowed.ts';
import { AUTHORITIES } from './scenarios.ts';

describe('what may be put into a file', () => {
  it.each([
    [allowedHost, 'example.org'],
    [allowedHost, 'xn--bcher-kva.example'],
    [allowedHost, `${'a'.repeat(63)}.org`],
    [allowedServerName, 'example.org'],
    [allowedServerName, 'example.org:8448'],
    [allowedServerName, '192.0.2.1:443'],
    [allowedServerName, '[2001:db8::1]:8448'],
    [allowedMail, 'ada@example.org'],
    [allowedMail, 'a+b.c!#$%&*/=?^_|~-@example.org'],
    [allowedCidr, '10.0.0.0/8'],
    [allowedCidr, 'fd00::/8'],
    [allowedCertificates, AUTHORITIES],
  ])('%o takes %j', (allowed, value) => expect(allowed(value)).toBe(value));

  it.each([
    [allowedHost, ''],
    [allowedHost, 'Example.org'],
    [allowedHost, 'example'],
    [allowedHost, 'example.org {'],
    [allowedHost, 'example.org\nrespond'],
    [allowedHost, 'example.org\n'],
    [allowedHost, '-a.org'],
    [allowedHost, `${'a'.repeat(64)}.org`],
    [allowedHost, 'example.org, *.org'],
    [allowedServerName, 'example.org:0'],
    [allowedServerName, 'example.org:99999'],
    [allowedServerName, '*.example.org'],
    [allowedServerName, 'example.org\n- x'],
    [allowedServerName, 'example.org:80 x'],
    [allowedMail, 'ada'],
    [allowedMail, '@example.org'],
    [allowedMail, 'a"b@example.org'],
    [allowedMail, 'a{env.X}@example.org'],
    [allowedMail, 'a b@example.org'],
    [allowedMail, 'a\\@example.org'],
    [allowedMail, 'a@b@example.org'],
    [allowedCidr, '10.0.0.0'],
    [allowedCidr, '10.0.0.0/8 x'],
    [allowedCertificates, ''],
    [allowedCertificates, `${AUTHORITIES}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`],
    [allowedCertificates, AUTHORITIES.replace('CERTIFICATE', 'PRIVATE KEY')],
  ])('%o refuses %j', (allowed, value) => expect(() => allowed(value)).toThrow());

  it('lets nothing through that a Caddyfile gives a meaning', () => {
    const special = fc.constantFrom('{', '}', '"', '`', '\\', ' ', '\n', '\t', '\r', '\u0000', 'é');
    fc.assert(
      fc.property(fc.string(), special, fc.string(), (before, character, after) => {
        const value = `${before}${character}${after}`;
        expect(() => allowedHost(value)).toThrow();
        expect(() => allowedMail(`${value}@example.org`)).toThrow();
      }),
    );
  });
});
