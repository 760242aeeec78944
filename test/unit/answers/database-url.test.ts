import { describe, expect, it } from 'vitest';
import { formatDatabaseUrl, parseDatabaseUrl } from '../../../src/answers/database-url.ts';

const GOOD = { host: 'db.example.com', port: 5432, user: 'synapse', name: 'matrix', sslmode: 'verify-full' };

describe('the URL of a database', () => {
  it.each([
    ['postgresql://synapse@db.example.com/matrix', GOOD],
    ['postgres://synapse@DB.example.com:5432/matrix', GOOD],
    [
      'postgresql://synapse@db.example.com:6432/matrix?sslmode=require',
      { ...GOOD, port: 6432, sslmode: 'require' },
    ],
    ['postgresql://synapse@[2001:db8::7]:5433/matrix', { ...GOOD, host: '2001:db8::7', port: 5433 }],
    ['postgresql://synapse@192.0.2.7/matrix', { ...GOOD, host: '192.0.2.7' }],
    ['postgresql://a%40b%3Ac@db.example.com/x%2Fy%20z', { ...GOOD, user: 'a@b:c', name: 'x/y z' }],
  ])('%s', (text, url) => {
    const parsed = parseDatabaseUrl(text);
    expect(parsed).toEqual({ ok: true, value: url });
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parseDatabaseUrl(formatDatabaseUrl(parsed.value))).toEqual(parsed);
  });

  it.each([
    ['mysql://a@b/c', /is not a URL such as postgresql:/],
    ['postgresql://a:secret@b/c', /holds a password, which everybody on this computer could read/],
    ['postgresql://a@b/c?password=secret', /holds a password/],
    ['postgresql://b/c', /names no user/],
    ['postgresql://a@b', /names no database/],
    ['postgresql://a@b/', /names no database/],
    ['postgresql://a@/c', /names no server/],
    ['postgresql://a@b,d/c', /several servers/],
    ['postgresql://a@b:0/c', /for a port/],
    ['postgresql://a@b:5432x/c', /for a port/],
    ['postgresql://a@1.2.3/c', /is not an address/],
    ['postgresql://a@2001:db8::7/c', /between \[ and \]/],
    ['postgresql://a@b/c?sslmode=prefer', /goes on without encryption/],
    ['postgresql://a@b/c?sslmode=yes', /one of verify-full, verify-ca, require, disable/],
    ['postgresql://a@b/c?sslmode=require&sslmode=disable', /twice/],
    ['postgresql://a@b/c?sslrootcert=x', /--database-ca/],
    ['postgresql://a@b/c?options=x', /only sslmode/],
    ['postgresql://a@b/%zz', /write it as %25/],
    ['postgresql://a@b/c%0ad', /cannot be used/],
    [`postgresql://a@b/${'x'.repeat(64)}`, /more than 63 bytes/],
    ['', /is not a URL/],
  ])('%s is refused', (text, problem) => {
    expect(parseDatabaseUrl(text)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });
});
