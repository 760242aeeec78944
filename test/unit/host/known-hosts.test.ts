import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  fingerprint,
  formatKnownHost,
  hasAuthority,
  judgeKey,
  keyType,
  knownHostName,
  knownTypes,
  matches,
  parseKnownHosts,
} from '../../../src/host/known-hosts.ts';
import { appendKnownHost, readKnownHosts } from '../../../src/host/known-hosts-files.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIFxbxcFfTyOkIVMctQcWa7nkeaT1xIghMSuCLFRDGisk';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const RSA = 'AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==';

const judge = (text: string, name: string, key = KEY, type = 'ssh-ed25519') =>
  judgeKey(parseKnownHosts(text, 'f'), name, key, type);

describe('the lines of known_hosts', () => {
  test('comments, blank lines and lines that make no sense are skipped', () => {
    const text = `# c\n\n  \nhost ssh-ed25519\n@odd host ssh-ed25519 ${KEY}\nhost ssh-rsa no-base64!\n`;
    expect(parseKnownHosts(text, 'f')).toEqual([]);
  });

  test('tabs, a comment behind the key, a marker', () => {
    expect(
      parseKnownHosts(`\thost,h2\tssh-ed25519 ${KEY} a comment\n@revoked * ssh-rsa ${RSA}\r\n`, 'f'),
    ).toEqual([
      { hosts: 'host,h2', type: 'ssh-ed25519', key: KEY, at: 'f:1' },
      { marker: 'revoked', hosts: '*', type: 'ssh-rsa', key: RSA, at: 'f:2' },
    ]);
  });

  test.each([
    ['host', 'host', true],
    ['HOST', 'host', true],
    ['host', 'hostx', false],
    ['a,b,host', 'host', true],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'example.org', false],
    ['h?st', 'host', true],
    ['h?st', 'hst', false],
    ['*.example.org,!bad.example.org', 'bad.example.org', false],
    ['!bad.example.org,*.example.org', 'good.example.org', true],
    ['!host', 'other', false],
    ['[host]:2222', '[host]:2222', true],
    ['[host]:*', '[host]:2222', true],
    ['a.c', 'abc', false],
    ['(a+)+$', 'aaaa', false],
  ])('pattern %s and name %s: %s', (hosts, name, expected) => {
    expect(matches(hosts, name)).toBe(expected);
  });

  test('a name has brackets and the port unless that is 22, and no capitals', () => {
    expect(knownHostName('Example.ORG', 22)).toBe('example.org');
    expect(knownHostName('2001:db8::7', 2222)).toBe('[2001:db8::7]:2222');
  });
});

describe('the judgement of a key', () => {
  test.each([
    ['known', `host ssh-ed25519 ${KEY}`, 'host', { kind: 'known' }],
    ['unknown', `other ssh-ed25519 ${KEY}`, 'host', { kind: 'unknown' }],
    ['changed', `host ssh-ed25519 ${OTHER}`, 'host', { kind: 'changed', at: ['f:1'] }],
    ['one of two is right', `host ssh-ed25519 ${OTHER}\nhost ssh-ed25519 ${KEY}`, 'host', { kind: 'known' }],
    ['revoked', `@revoked * ssh-ed25519 ${KEY}`, 'host', { kind: 'revoked', at: 'f:1' }],
    [
      'revoked wins over known',
      `host ssh-ed25519 ${KEY}\n@revoked host ssh-ed25519 ${KEY}`,
      'host',
      { kind: 'revoked', at: 'f:2' },
    ],
    ['another key is revoked', `@revoked * ssh-ed25519 ${OTHER}`, 'host', { kind: 'unknown' }],
    ['an authority is not a key', `@cert-authority * ssh-ed25519 ${KEY}`, 'host', { kind: 'unknown' }],
    ['the bare name knows the key', `host ssh-ed25519 ${KEY}`, '[host]:2222', { kind: 'known' }],
    [
      'the bare name knows another: a neighbour',
      `host ssh-ed25519 ${OTHER}`,
      '[host]:2222',
      { kind: 'unknown' },
    ],
    ['known by another type only', `host ssh-rsa ${RSA}`, 'host', { kind: 'changed', at: ['f:1'] }],
  ])('%s', (_name, text, name, expected) => {
    expect(judge(text, name)).toEqual(expected);
  });

  test('known types come in the order of the lines, without revoked ones', () => {
    const known = parseKnownHosts(
      `host ssh-rsa ${RSA}\n@revoked host ssh-dss ${OTHER}\nhost ssh-ed25519 ${KEY}\nhost ssh-rsa ${OTHER}`,
      'f',
    );
    expect(knownTypes(known, 'host')).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(hasAuthority(parseKnownHosts(`@cert-authority *.org ssh-rsa ${RSA}`, 'f'), 'a.org')).toBe(true);
    expect(hasAuthority(known, 'host')).toBe(false);
  });

  test('the type is read from the blob itself', () => {
    expect(keyType(Buffer.from(KEY, 'base64'))).toBe('ssh-ed25519');
    expect(keyType(Buffer.from([0, 0]))).toBe('');
  });
});

describe('against ssh-keygen', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mb-unit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: 'pipe' });

  test('our fingerprint is the one that it prints', () => {
    writeFileSync(join(folder, 'k.pub'), `ssh-ed25519 ${KEY}\n`);
    expect(keygen('-lf', join(folder, 'k.pub'))).toContain(` ${fingerprint(KEY)} `);
  });

  test('a line that we hashed is found by it, and one that it hashed is found by us', () => {
    const file = join(folder, 'kh');
    writeFileSync(file, formatKnownHost('[host]:2222', { type: 'ssh-ed25519', key: KEY }, true));
    expect(readFileSync(file, 'utf8')).not.toContain('host');
    expect(keygen('-F', '[host]:2222', '-f', file)).toContain(KEY);

    writeFileSync(file, formatKnownHost('plain.example', { type: 'ssh-ed25519', key: KEY }, false));
    keygen('-H', '-f', file);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^\|1\|/);
    expect(judge(text, 'plain.example')).toEqual({ kind: 'known' });
    expect(judge(text, 'other.example')).toEqual({ kind: 'unknown' });
  });

  test('a new file is 0600 in a folder 0700, and a line is never glued to an unfinished one', async () => {
    const file = join(folder, 'home', '.ssh', 'known_hosts');
    await appendKnownHost(file, 'a b c\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'home', '.ssh')).mode & 0o777).toBe(0o700);
    writeFileSync(file, 'unfinished');
    await appendKnownHost(file, 'a b c\n');
    expect(readFileSync(file, 'utf8')).toBe('unfinished\na b c\n');
  });

  test('files that are missing have no lines; the others keep their order', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    writeFileSync(one, `h1 ssh-ed25519 ${KEY}\n`);
    writeFileSync(two, `h2 ssh-ed25519 ${KEY}\n`);
    const lines = await readKnownHosts([one, join(folder, 'missing'), two]);
    expect(lines.map(({ hosts, at }) => [hosts, at])).toEqual([
      ['h1', `${one}:1`],
      ['h2', `${two}:1`],
    ]);
  });
});
