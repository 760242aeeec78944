import { describe, expect, it } from 'vitest';
import { blockedNetwork, inNetwork, ipFamily } from '../../../src/federation/ip.ts';
import { JsonError, JsonNumber, parseJson } from '../../../src/federation/json.ts';
import { printable } from '../../../src/federation/printable.ts';
import { parseServerName } from '../../../src/federation/server-name.ts';
import { wellKnownFiles } from '../../../src/federation/wellknown.ts';

describe('server names', () => {
  /** Matrix specification, appendices, "Server Name", examples of valid names. */
  it.each([
    ['matrix.org', { host: 'matrix.org' }],
    ['matrix.org:8888', { host: 'matrix.org', port: 8888 }],
    ['1.2.3.4', { host: '1.2.3.4', literal: 4 }],
    ['1.2.3.4:1234', { host: '1.2.3.4', literal: 4, port: 1234 }],
    ['[1234:5678::abcd]', { host: '1234:5678::abcd', literal: 6 }],
    ['[1234:5678::abcd]:5678', { host: '1234:5678::abcd', literal: 6, port: 5678 }],
    ['localhost', { host: 'localhost' }],
    ['xn--mnchen-3ya.example', { host: 'xn--mnchen-3ya.example' }],
  ])('%s', (text, parsed) => expect(parseServerName(text)).toEqual(parsed));

  it.each([
    '',
    'https://matrix.org',
    'matrix.org/',
    'matrix.org:443/path',
    ' matrix.org',
    'matrix.org:',
    'matrix.org:0',
    'matrix.org:65536',
    'matrix.org:123456',
    'matrix.org:44a',
    '1.2.3',
    '1.2.3.256',
    '[::1',
    '::1',
    '[1.2.3.4]',
    '[fe80::1%25eth0]',
    'münchen.example',
    '-a.example',
    'a..example',
    'a_b.example',
    'user@example.org',
    `${'a'.repeat(64)}.org`,
    'example.org\n',
    'example.org\0',
  ])('%j is none', (text) => expect(parseServerName(text)).toHaveProperty('invalid'));
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1', 4],
    ['01.2.3.4', undefined],
    ['1.2.3', undefined],
    ['::', 6],
    ['::1', 6],
    ['2001:db8:0:0:0:0:0:1', 6],
    ['::ffff:1.2.3.4', 6],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1:2:3:4:5:6:7::8', undefined],
    ['fe80::1%eth0', undefined],
    ['example.org', undefined],
  ])('%s', (text, family) => expect(ipFamily(text)).toBe(family));

  it.each([
    ['10.1.2.3', '10.0.0.0/8'],
    ['172.31.0.1', '172.16.0.0/12'],
    ['172.32.0.1', undefined],
    ['100.64.0.1', '100.64.0.0/10'],
    ['8.8.8.8', undefined],
    ['fd00::1', 'fc00::/7'],
    ['2606:4700::1', undefined],
    ['::ffff:10.0.0.1', '10.0.0.0/8'],
    ['::ffff:8.8.8.8', undefined],
    ['fe80::1', 'fe80::/10'],
  ])('%s is blocked by %s', (ip, network) => expect(blockedNetwork(ip)).toBe(network));

  it('of a closed federation are not blocked', () => {
    expect(blockedNetwork('10.99.0.7', ['10.99.0.0/24'])).toBeUndefined();
    expect(blockedNetwork('10.98.0.7', ['10.99.0.0/24'])).toBe('10.0.0.0/8');
    expect(inNetwork('10.0.0.1', '0.0.0.0/0')).toBe(true);
    expect(inNetwork('10.0.0.1', '10.0.0.0/33')).toBe(false);
  });
});

describe('JSON', () => {
  it('keeps the digits of numbers', () => {
    expect(parseJson('9007199254740993')).toEqual(new JsonNumber('9007199254740993'));
    expect(parseJson('-0')).toEqual(new JsonNumber('-0'));
  });

  it('takes the last of two equal names, and no prototype', () => {
    expect(parseJson('{"a":"1","a":"2","__proto__":"x"}')).toEqual(
      new Map([
        ['a', '2'],
        ['__proto__', 'x'],
      ]),
    );
  });

  it.each([
    ['', 'the document ends too early at line 1, column 1'],
    ['{"a": 1,}', 'expected a name in double quotes at line 1, column 9'],
    ['{"a" 1}', 'expected a colon at line 1, column 6'],
    ['[1 2]', 'expected a comma or a closing bracket at line 1, column 4'],
    ['{"a": 1}\n{', 'more text after the document at line 2, column 1'],
    ['{"a": "b\nc"}', 'string that is not closed or has a bad character at line 1, column 7'],
    ['{a: 1}', 'expected a name in double quotes at line 1, column 2'],
    ['01', 'more text after the document at line 1, column 2'],
    ['"\\x"', 'string that is not closed or has a bad character at line 1, column 1'],
    ['nul', 'unexpected character at line 1, column 1'],
    ['['.repeat(200), 'nested too deeply at line 1, column 102'],
  ])('%j: %s', (text, message) => {
    expect(() => parseJson(text)).toThrow(JsonError);
    expect(() => parseJson(text)).toThrow(message);
  });

  it('agrees with JSON.parse on what is valid', () => {
    const texts = [
      '[]',
      '[1,-2.5e+3]',
      '"\\ud83d\\ude00"',
      ' {"a":[true,false,null]} ',
      '-',
      '+1',
      '1.',
      '.5',
      '[,]',
      '{}}',
      "'a'",
      '\ufeff{}',
    ];
    for (const text of texts) {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      if (valid) expect(() => parseJson(text)).not.toThrow();
      else expect(() => parseJson(text)).toThrow(JsonError);
    }
  });

  it('reads a megabyte without a closing quote in one pass', () => {
    const started = performance.now();
    expect(() => parseJson(`"${'\\n'.repeat(500_000)}`)).toThrow(JsonError);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('printable', () => {
  it.each([
    ['plain text, ünïcode 日本', 'plain text, ünïcode 日本'],
    ['\u001b[2J\u0007', '\\u{1b}[2J\\u{7}'],
    ['a\u009b31mb', 'a\\u{9b}31mb'],
    ['a\nb\r', 'a\\u{a}b\\u{d}'],
    ['x\u202egnp', 'x\\u{202e}gnp'],
    ['\u2028\u200b\0', '\\u{2028}\\u{200b}\\u{0}'],
    ['\ud800', '\\u{d800}'],
  ])('%j', (text, shown) => expect(printable(text)).toBe(shown));

  it('ends', () => {
    expect(printable('a'.repeat(1000), 10)).toBe(`${'a'.repeat(10)}…`);
  });
});

describe('well-known files', () => {
  it('say where the server is, with its port', () => {
    expect(
      wellKnownFiles({
        domain: 'example.org',
        matrixHost: 'matrix.example.org',
        admin: 'ada',
        email: 'ada@example.org',
      }),
    ).toEqual({
      server: '{"m.server":"matrix.example.org:443"}\n',
      client: '{"m.homeserver":{"base_url":"https://matrix.example.org"}}\n',
      support:
        '{"contacts":[{"role":"m.role.admin","matrix_id":"@ada:example.org","email_address":"ada@example.org"}]}\n',
    });
  });

  it('name no mail address and no contact that nobody gave', () => {
    const files = wellKnownFiles({ domain: 'example.org', matrixHost: 'example.org', admin: 'ada' });
    expect(files.support).toBe('{"contacts":[{"role":"m.role.admin","matrix_id":"@ada:example.org"}]}\n');
    expect(wellKnownFiles({ domain: 'example.org', matrixHost: 'example.org' })).not.toHaveProperty(
      'support',
    );
  });
});
