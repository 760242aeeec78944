import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileKey, flagName, type Known, type QuestionId } from '../../../src/answers/question.ts';
import { QUESTION_LIST, QUESTIONS } from '../../../src/answers/questions/index.ts';

function parse(id: QuestionId, text: string, known: Known = {}) {
  return QUESTIONS[id].parse(text, { known });
}

const label63 = 'a'.repeat(63);
/** 230 characters: the longest server_name. */
const longest = `${`${label63}.`.repeat(3)}${'b'.repeat(34)}.org`;

const GOOD: readonly (readonly [QuestionId, string, unknown])[] = [
  ['domain', 'example.org', 'example.org'],
  ['domain', ' Example.ORG\n', 'example.org'],
  ['domain', 'https://Example.org/', 'example.org'],
  ['domain', 'http://example.org/path?x#y', 'example.org'],
  ['domain', 'example.org/', 'example.org'],
  ['domain', 'example.org.', 'example.org'],
  ['domain', 'a-b.c0.example.org', 'a-b.c0.example.org'],
  ['domain', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['domain', 'Bücher.example', 'xn--bcher-kva.example'],
  ['domain', 'straße.example', 'xn--strae-oqa.example'],
  ['domain', 'example。org', 'example.org'],
  ['domain', `${label63}.org`, `${label63}.org`],
  ['domain', longest, longest],
  ['matrixHost', 'matrix.example.org', 'matrix.example.org'],
  ['matrixHost', 'example.org', 'example.org'],
  ['tier', 'ravelin', 'ravelin'],
  ['tier', ' Bulwark ', 'bulwark'],
  ['rooms', '0', 0],
  ['rooms', '120', 120],
  ['rooms', '1000000', 1_000_000],
  ['users', '1', 1],
  ['users', ' 1000000 ', 1_000_000],
  ['largestRoom', '60000', 60_000],
  ['federation', 'open', 'open'],
  ['federation', ' Allowlist', 'allowlist'],
  ['federation', 'closed', 'closed'],
  ['federationAllow', 'example.com', ['example.com']],
  ['federationAllow', 'Example.com, example.net:8448 example.com', ['example.com', 'example.net:8448']],
  ['federationAllow', 'bücher.example', ['xn--bcher-kva.example']],
  ['federationAllow', '192.0.2.7:8448', ['192.0.2.7:8448']],
  ['federationAllow', '[2001:DB8::1]', ['[2001:db8::1]']],
  ['admin', 'admin', 'admin'],
  ['admin', '@admin', 'admin'],
  ['admin', 'a.b_c=d/e+f-g', 'a.b_c=d/e+f-g'],
  ['admin', '0x', '0x'],
  ['email', 'ops+matrix@example.org', 'ops+matrix@example.org'],
  ['email', 'Ops@Example.org', 'Ops@example.org'],
  ['dockerSource', 'docker', 'docker'],
  ['dockerSource', 'DISTRO', 'distro'],
  ['dockerMirror', 'https://mirror.example/docker/', 'https://mirror.example/docker'],
  ['dockerMirror', 'http://10.0.0.1:8080/linux', 'http://10.0.0.1:8080/linux'],
  ['dockerMirror', 'http://[fd00::1]/linux', 'http://[fd00::1]/linux'],
  [
    'dockerMirrorFingerprint',
    '9dc8 5822 9fc7 dd38 854a  e2d8 8d81 803c 0ebf cd88',
    '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
  ],
  ['proxy', 'none', 'none'],
  ['proxy', ' Nginx ', 'nginx'],
  ['proxyListen', '127.0.0.1:8008', '127.0.0.1:8008'],
  ['proxyListen', ' 127.9.9.9:1\n', '127.9.9.9:1'],
  ['proxyListen', '172.17.0.1:8008', '172.17.0.1:8008'],
  ['proxyListen', '10.0.0.4:65535', '10.0.0.4:65535'],
  ['proxyListen', '192.168.1.2:8080', '192.168.1.2:8080'],
  ['proxyListen', '[::1]:8008', '[::1]:8008'],
  ['proxyListen', '[FD00:0:0::1]:8008', '[fd00::1]:8008'],
  ['publicAddress', '203.0.113.7, 2001:DB8:0:0::1', ['203.0.113.7', '2001:db8::1']],
  ['federateWith', '10.0.0.0/8', ['10.0.0.0/8']],
  ['federateWith', '10.0.0.0/8,FD00::/8 10.0.0.0/8', ['10.0.0.0/8', 'fd00::/8']],
  ['federateWith', '2001:db8:0:0:1:0:0:0/80', ['2001:db8:0:0:1::/80']],
  ['federateWith', '192.0.2.1/32', ['192.0.2.1/32']],
];

const BAD: readonly (readonly [QuestionId, string, RegExp])[] = [
  ['domain', '', /a name is needed/],
  ['domain', 'localhost', /this machine only/],
  ['domain', 'a.localhost', /this machine only/],
  ['domain', 'printer.local', /multicast/],
  ['domain', 'x.invalid', /never resolves/],
  ['domain', 'example', /no dot/],
  ['domain', 'exa_mple.org', /underscore/],
  ['domain', '*.example.org', /not a host name/],
  ['domain', 'example..org', /empty part/],
  ['domain', '.example.org', /empty part/],
  ['domain', '-a.example.org', /hyphen/],
  ['domain', 'a-.example.org', /hyphen/],
  ['domain', `${'a'.repeat(64)}.org`, /64 characters/],
  ['domain', `c${longest}`, /231 characters|64 characters/],
  ['domain', '203.0.113.7', /IP address/],
  ['domain', '1.2.3.999', /IP address/],
  ['domain', '[2001:db8::1]', /IP address/],
  ['domain', '2001:db8::1', /IP address/],
  ['domain', 'example.org:8448', /has a port/],
  ['domain', 'https://example.org:443/', /has a port/],
  ['domain', '@you:example.org', /user id/],
  ['domain', 'user@example.org', /not a host name/],
  ['domain', 'exam ple.org', /not a host name/],
  ['domain', 'ex%61mple.org', /not a host name/],
  ['domain', 'é%41.org', /not a host name/],
  ['domain', 'xn--a.example', /not a host name/],
  ['domain', 'a\u0000.org', /not a host name/],
  ['domain', 'a\u202e.org', /not a host name/],
  ['domain', "example.org';id", /not a host name/],
  ['domain', '$(id).org', /not a host name/],
  ['matrixHost', 'matrix', /no dot/],
  ['matrixHost', 'https://localhost', /this machine only/],
  ['tier', 'huge', /not a tier/],
  ['rooms', 'many', /whole number/],
  ['rooms', '', /whole number/],
  ['rooms', '-1', /whole number/],
  ['rooms', '1.5', /whole number/],
  ['rooms', '1e3', /whole number/],
  ['rooms', '0x10', /whole number/],
  ['rooms', '1000001', /whole number/],
  ['rooms', '99999999999999999999', /whole number/],
  ['users', '0', /whole number from 1/],
  ['users', '-5', /whole number/],
  ['users', '1000001', /whole number/],
  ['users', 'everybody', /whole number/],
  ['users', '1.5', /whole number/],
  ['largestRoom', '0', /whole number from 1/],
  ['largestRoom', '1e5', /whole number/],
  ['largestRoom', '1000001', /whole number/],
  ['largestRoom', '-1', /whole number/],
  ['federation', '', /not a mode/],
  ['federation', 'private', /not a mode: open, allowlist, closed/],
  ['federationAllow', '', /a server is needed/],
  ['federationAllow', ' , ', /a server is needed/],
  ['federationAllow', '*.example.com', /not a host name/],
  ['federationAllow', 'example', /no dot/],
  ['federationAllow', 'example.com:99999', /port/],
  ['federationAllow', '@you:example.com', /user id/],
  ['federationAllow', 'example.com,localhost', /this machine only/],
  ['admin', '', /a name is needed/],
  ['admin', 'Admin', /lower case, for example admin/],
  ['admin', '_admin', /application services/],
  ['admin', '12345', /guests/],
  ['admin', 'ad min', /may hold only/],
  ['admin', 'ädmin', /may hold only/],
  ['admin', '@admin:example.org', /another domain/],
  ['admin', 'a'.repeat(254), /too long/],
  ['email', 'nobody', /not a mail address/],
  ['email', '@example.org', /not a mail address/],
  ['email', 'a@b', /no dot/],
  ['email', 'a b@example.org', /not a mail address/],
  ['email', '"a"@example.org', /not a mail address/],
  ['email', 'a@example.org/x', /not a mail address/],
  ['email', 'a@{env.X}.org', /not a mail address/],
  ['dockerSource', 'snap', /not a source/],
  ['dockerMirror', 'ftp://mirror.example', /http or https/],
  ['dockerMirror', 'mirror.example', /http or https/],
  ['dockerMirror', 'https://user:pw@mirror.example', /http or https/],
  ['dockerMirror', 'https://mirror.example/a b', /http or https/],
  ['dockerMirror', 'https://mirror.example/?x', /http or https/],
  ['dockerMirror', 'https://mirror.example/\n deb evil', /http or https/],
  ['dockerMirrorFingerprint', '9DC8', /40 hex/],
  ['dockerMirrorFingerprint', 'G'.repeat(40), /40 hex/],
  ['dockerMirrorFingerprint', 'A'.repeat(64), /40 hex/],
  ['proxy', '', /not a web server known here: none, nginx/],
  ['proxy', 'lighttpd', /not a web server known here/],
  ['proxyListen', '', /an address and a port/],
  ['proxyListen', '8008', /an address and a port/],
  ['proxyListen', '127.0.0.1', /an address and a port/],
  ['proxyListen', 'localhost:8008', /an address and a port/],
  ['proxyListen', '127.0.0.1:0', /an address and a port/],
  ['proxyListen', '127.0.0.1:65536', /an address and a port/],
  ['proxyListen', '::1:8008', /an address and a port/],
  ['proxyListen', '[127.0.0.1]:8008', /an address and a port/],
  ['proxyListen', '0.0.0.0:8008', /every address of the machine/],
  ['proxyListen', '[::]:8008', /every address of the machine/],
  ['proxyListen', '203.0.113.7:8008', /not a private address: what comes there is not encrypted/],
  ['proxyListen', '[2001:db8::7]:8008', /not a private address/],
  ['proxyListen', '172.32.0.1:8008', /not a private address/],
  ['proxyListen', '169.254.1.1:8008', /not a private address/],
  ['proxyListen', '100.64.0.1:8008', /not a private address/],
  ['publicAddress', '203.0.113', /IPv4 or IPv6/],
  ['publicAddress', '203.0.113.07', /IPv4 or IPv6/],
  ['publicAddress', 'example.org', /IPv4 or IPv6/],
  ['publicAddress', '2001:db8:::1', /IPv4 or IPv6/],
  ['federateWith', '10.0.0.1', /10\.0\.0\.1\/32/],
  ['federateWith', 'fd00::1', /fd00::1\/128/],
  ['federateWith', '10.0.0.1/8', /10\.0\.0\.0\/8 is meant/],
  ['federateWith', 'fd00::1/8', /fd00::\/8 is meant/],
  ['federateWith', '10.0.0.0/33', /longer than 32/],
  ['federateWith', 'fd00::/129', /longer than 128/],
  ['federateWith', '0.0.0.0/0', /every address/],
  ['federateWith', '::/0', /every address/],
  ['federateWith', '010.0.0.0/8', /not a network/],
  ['federateWith', '10.0.0.0/08', /not a network/],
  ['federateWith', '1:2:3:4:5:6:7:8:9/16', /not a network/],
  ['federateWith', '1::2::3/16', /not a network/],
  ['federateWith', 'example.org/8', /not a network/],
  ['federationCa', '/nowhere.pem', /not PEM text/],
  ['federationCa', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /cannot be decoded/],
  ['federationCa', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', /private key/],
  ['federationCa', '-----BEGIN FOO-----', /no PEM certificate/],
];

test.each(GOOD)('%s takes %j', (id, text, value) => {
  expect(parse(id, text)).toMatchObject({ ok: true, value });
});

test.each(BAD)('%s refuses %j', (id, text, reason) => {
  const parsed = parse(id, text);
  expect(parsed).toMatchObject({ ok: false });
  expect(parsed.ok || parsed.problem).toMatch(reason);
});

describe('what was changed is told', () => {
  test.each([
    ['https://Example.org/', [/"https:\/\/Example.org\/" was read as Example.org/]],
    ['Bücher.example', [/bücher.example is written xn--bcher-kva.example/]],
    ['xn--bcher-kva.example', [/bücher.example is written xn--bcher-kva.example/]],
    ['example.org', []],
  ])('%s', (text, notes) => {
    const parsed = parse('domain', text);
    expect(parsed.ok && (parsed.notes ?? [])).toEqual(notes.map((note) => expect.stringMatching(note)));
  });
});

describe('the administrator with the domain known', () => {
  test('takes a whole user id of that domain', () => {
    expect(parse('admin', '@root:example.org', { domain: 'example.org' })).toMatchObject({ value: 'root' });
  });
  test('255 bytes in all, not one more', () => {
    const room = 255 - '@:example.org'.length;
    expect(parse('admin', 'a'.repeat(room), { domain: 'example.org' }).ok).toBe(true);
    expect(parse('admin', 'a'.repeat(room + 1), { domain: 'example.org' }).ok).toBe(false);
  });
});

describe('defaults and their reasons', () => {
  test.each([
    [3900, 'garrison'],
    [7944, 'garrison'],
    [8192, 'garrison'],
    [8193, 'ravelin'],
    [15_900, 'ravelin'],
    [16_384, 'ravelin'],
    [32_000, 'bulwark'],
  ])('%i MiB is %s', (memoryMiB, value) => {
    const tier = QUESTIONS.tier.default?.({}, { memoryMiB });
    expect(tier?.value).toBe(value);
    expect(tier?.reason).toContain('GiB of RAM');
  });
  test('no tier without a look at the box', () => {
    expect(QUESTIONS.tier.default?.({}, {})).toBeUndefined();
  });
  test.each([
    ['garrison', 20],
    ['ravelin', 100],
    ['bulwark', 1000],
  ] as const)('%s expects %i rooms', (tier, value) => {
    expect(QUESTIONS.rooms.default?.({ tier }, {})).toMatchObject({ value, reason: expect.any(String) });
  });
  test('the Matrix host is under the domain', () => {
    expect(QUESTIONS.matrixHost.default?.({ domain: 'example.org' }, {})?.value).toBe('matrix.example.org');
  });
});

test('names follow one rule: id, flag, environment and file agree', () => {
  for (const question of QUESTION_LIST) {
    const kebab = question.id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(flagName(question)).toBe(`--${kebab}`);
    expect(fileKey(question)).toBe(kebab);
    expect(question.environment).toBe(`MATRIX_BASTION_${kebab.toUpperCase().replaceAll('-', '_')}`);
    expect(question.help).not.toMatch(/\.$/);
    for (const other of question.dependsOn ?? [])
      expect(QUESTION_LIST.indexOf(QUESTIONS[other] as never)).toBeLessThan(QUESTION_LIST.indexOf(question));
  }
});

test('no text makes a question throw, and a host name that is taken is plain', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const question of QUESTION_LIST) question.parse(text, { known: {} });
      const name = parse('domain', text);
      if (name.ok) expect(name.value).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
    }),
  );
});

test('a certificate file becomes its text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'answers-'));
  try {
    const key = join(folder, 'key.pem');
    const path = join(folder, 'ca.pem');
    const options = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-keyout', key, '-out', path];
    execFileSync('openssl', ['req', '-x509', ...options], { stdio: 'ignore' });
    const pem = readFileSync(path, 'utf8');
    const readText = (name: string) => readFileSync(name, 'utf8');
    const parsed = QUESTIONS.federationCa.parse(path, { known: {}, readText });
    expect(parsed).toEqual({ ok: true, value: pem });
    expect(parse('federationCa', `# a comment\n${pem}${pem}`)).toEqual({ ok: true, value: pem + pem });
    expect(QUESTIONS.federationCa.parse(key, { known: {}, readText })).toMatchObject({ ok: false });
    expect(QUESTIONS.federationCa.parse('/nowhere', { known: {}, readText })).toMatchObject({ ok: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
