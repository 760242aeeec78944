import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type Read,
  readChange,
  readCount,
  readDisk,
  readDnsServer,
  readDuration,
  readFamily,
  readHostKey,
  readMemory,
  readNetwork,
  readPath,
  readTiers,
  readTransport,
} from '../../../src/cli/values.ts';
import { CONSENTS } from '../../../src/releases/consents.ts';

const key = `SHA256:${'A'.repeat(43)}`;

const GOOD: readonly (readonly [(text: string) => Read<unknown>, string, unknown])[] = [
  [readDuration, '90', 90_000],
  [readDuration, '90s', 90_000],
  [readDuration, '1.5m', 90_000],
  [readDuration, '10 min', 600_000],
  [readDuration, '24h', 86_400_000],
  [readDuration, '500ms', 500],
  [readHostKey, key, key],
  [readHostKey, ` ${key}= `, key],
  [readTransport, 'openssh', 'openssh'],
  [readPath, 'a b', 'a b'],
  [readPath, '/dev/stdin', '/dev/stdin'],
  [readDnsServer, '192.0.2.1', '192.0.2.1'],
  [readDnsServer, '192.0.2.1:5353', '192.0.2.1:5353'],
  [readDnsServer, '2001:db8::1', '2001:db8::1'],
  [readDnsServer, '[2001:db8::1]:53', '[2001:db8::1]:53'],
  [readFamily, '4', 4],
  [readFamily, '6', 6],
  [readNetwork, '10.0.0.0/8', '10.0.0.0/8'],
  [readMemory, '16', 16_384],
  [readMemory, '16G', 16_384],
  [readMemory, '16GiB', 16_384],
  [readMemory, '7944M', 7944],
  [readMemory, '0.5G', 512],
  [readDisk, '240', 240],
  [readDisk, '240G', 240],
  [readDisk, '0.5TiB', 512],
  [readTiers, 'ravelin, Garrison', ['ravelin', 'garrison']],
  [readCount(8), '8', 8],
];

const BAD: readonly (readonly [(text: string) => Read<unknown>, readonly string[]])[] = [
  [readDuration, ['', '0', '-1', 'soon', '10d', '25h', '1e3', 'root@vps']],
  [readHostKey, ['', 'SHA256:', 'MD5:aa:bb', `${key}A`, key.slice(0, -1), `SHA256:${'A'.repeat(42)}B`]],
  [readTransport, ['', 'SSH', 'telnet']],
  [readPath, ['', 'a\0b']],
  [
    readDnsServer,
    ['', 'dns.example', '192.0.2', '192.0.2.256', '192.0.2.1:0', '192.0.2.1:70000', ':::', '[::1'],
  ],
  [readFamily, ['', '5', 'v4']],
  [readNetwork, ['', '10.0.0.1', '10.0.0.1/8', 'x/8']],
  [readMemory, ['', '0', '1M', 'lots', '-8G', '16T']],
  [readDisk, ['', '0', '-1G', '10M', 'x', '2000T']],
  [readTiers, ['', 'ravelin', 'ravelin,', 'ravelin,ravelin', 'ravelin,keep']],
  [readCount(8), ['', '0', '9', '1.5', 'x']],
];

test.each(GOOD)('%o reads %j', (read, text, value) => {
  expect(read(text)).toEqual({ value });
});

describe.each(BAD)('%o refuses', (read, texts) => {
  test.each(texts)('%j', (text) => {
    expect(read(text)).toEqual({ problem: expect.stringMatching(/^(is|has) /) });
  });
});

describe('what a text says to accept', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const texts = ['src', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|md)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
  const named = [...texts, join(root, 'README.md')].flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/--accept ([a-z0-9][a-z0-9-]*)/g)].map(([, id]) => id as string),
  );
  test.each([...new Set([...named, ...CONSENTS])])('%s can be said', (id) => {
    expect(readChange(id)).toEqual({ value: id });
  });
  test('the scan finds them', () => expect(named).toContain('untried-schema'));
});
