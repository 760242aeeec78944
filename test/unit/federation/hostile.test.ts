import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/federation/evidence.ts';
import { judge } from '../../../src/federation/judge.ts';
import { keyDocument } from './lab/keys.ts';
import { codes, Lab, V4, V4_OTHER } from './lab/lab.ts';
import { homeserver, json } from './lab/server.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(() => lab.reset());

const SERVER = '/.well-known/matrix/server';
const KEYS = '/_matrix/key/v2/server';
const VERSION = '/_matrix/federation/v1/version';

/** A body that never ends. */
const endless = {
  headers: { 'Content-Type': 'application/json' },
  stream: (response: import('node:http').ServerResponse) => {
    const more = () => {
      while (response.write(' '.repeat(64 * 1024))) if (response.destroyed) return;
    };
    response.on('drain', more);
    more();
  },
};

/** A byte every 50 ms. */
const drip = {
  stream: (response: import('node:http').ServerResponse) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
};

describe('bounds', () => {
  it('reads 50 KiB of an endless well-known', async () => {
    await lab.healthy({ [SERVER]: endless });
    const check = await lab.check();
    expect(codes(check)).toEqual(['104!', '008!']);
    expect(check.evidence.wellKnown?.[0]?.exchanges[0]?.body?.length).toBe(50 * 1024);
  });

  it('reads 1 MiB of endless keys', async () => {
    await lab.healthy({ [KEYS]: endless });
    const check = await lab.check();
    expect(codes(check)).toEqual(['121!']);
    expect(check.evidence.addresses[0]?.keys?.body?.length).toBe(1024 * 1024);
  });

  it('ends a slow drip at the deadline', async () => {
    await lab.healthy({ [SERVER]: drip, [KEYS]: drip, [VERSION]: drip });
    const started = performance.now();
    const check = await lab.check('example.org', { timeout: 1500 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(codes(check)).toEqual(['102!', '008!']);
  });

  it('ends where TLS gets no answer', async () => {
    await lab.healthy({ [SERVER]: json({ 'm.server': 'matrix.example.org:9000' }) });
    await lab.internet.silent([`${V4}:9000`]);
    const started = performance.now();
    const check = await lab.check('example.org', { timeout: 1500 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(codes(check)).toEqual(['114!']);
  });

  it('leaves time for 8448 when the apex is silent', async () => {
    lab.dns({ 'example.org': { A: [V4] } });
    await lab.internet.silent([`${V4}:443`]);
    await lab.internet.https([`${V4}:8448`], lab.good, homeserver('example.org'));
    const check = await lab.check('example.org', { timeout: 1500 });
    expect(codes(check)).toEqual(['102?']);
    expect(check.verdict.verdict).toBe('green');
  });

  it.each([
    ['in a circle', KEYS, 11],
    ['to a path that is none', '/a\u00e9 "<\\>?\u00ff', 11],
    ['to a neighbour', 'https://127.0.0.1:9/keys', 1],
    ['to a neighbour, with backslashes', '/\\127.0.0.1:9/keys', 1],
    ['to another scheme', 'file:///etc/passwd', 1],
  ])('lets keys lead the profile "go" nowhere: %s', async (_where, location, asked) => {
    let requests = 0;
    await lab.healthy();
    await lab.internet.https([`${V4}:443`], lab.good, (request) => {
      if (request.url?.startsWith('/.well-known')) return json({ 'm.server': 'matrix.example.org:443' });
      if (request.url?.startsWith('/_matrix/federation')) return json({ server: {} });
      requests++;
      return { status: 302, headers: { Location: location } };
    });
    const { verdict } = await lab.check('example.org', { profile: 'go' });
    expect(verdict.verdict).toBe('red');
    expect(requests).toBe(asked);
  });

  it('refuses 1 MB of headers', async () => {
    await lab.healthy({ [KEYS]: json('{}', { headers: { 'X-Long': 'a'.repeat(1_000_000) } }) });
    const check = await lab.check();
    expect(codes(check)).toEqual(['121!']);
    expect(JSON.stringify(check.evidence).length).toBeLessThan(20_000);
  });

  it('refuses JSON of a hundred thousand levels', async () => {
    await lab.healthy({ [KEYS]: json('['.repeat(100_000)), [SERVER]: json('{"a":'.repeat(8000)) });
    expect(codes(await lab.check())).toEqual(['006!', '008!']);
  });

  it('reads a certificate of two thousand names, and keeps a hundred', async () => {
    const names = [...Array.from({ length: 2000 }, (_, i) => `n${i}.example.net`), 'matrix.example.org'];
    await lab.healthy();
    lab.dns({ 'matrix.example.org': { A: [V4_OTHER] } });
    await lab.internet.https([`${V4_OTHER}:443`], await lab.leaf({ names }), homeserver('example.org'));
    const check = await lab.check();
    expect(codes(check)).toEqual([]);
    expect(check.evidence.addresses[0]?.tls?.names).toHaveLength(100);
  });

  it('looks at no more than 16 addresses', async () => {
    await lab.healthy();
    lab.dns({ 'matrix.example.org': { A: Array.from({ length: 60 }, (_, i) => `127.0.1.${i + 1}`) } });
    const { evidence } = await lab.check();
    expect(evidence.addresses).toHaveLength(16);
  });

  it('stays within 64 MB of heap, whatever comes', async () => {
    await lab.healthy({ [KEYS]: endless, [VERSION]: endless, '/.well-known/matrix/client': endless });
    const world = {
      serverName: 'example.org',
      dns: lab.names.address,
      roots: lab.authority.root.cert,
      ports: lab.internet.ports,
    };
    const once = fileURLToPath(new URL('../../../bench/check-once.ts', import.meta.url));
    const { stdout } = await execa(process.execPath, ['--max-old-space-size=64', once], {
      input: JSON.stringify(world),
    });
    expect(stdout).toBe('red');
  });

  it('ends with the reason of an abort', async () => {
    lab.dns({ 'example.org': null });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('interrupted')), 50);
    await expect(lab.check('example.org', { signal: stop.signal })).rejects.toThrow('interrupted');
  });
});

describe('prints nothing of theirs raw', () => {
  const nasty = '\u001b]0;pwned\u0007\u202e';
  it.each<[string, Parameters<Lab['healthy']>[0]]>([
    ['m.server', { [SERVER]: json({ 'm.server': `matrix.example.org:443${nasty}` }) }],
    ['a web page', { [SERVER]: { body: `<title>${nasty}` } }],
    ['server_name', { [KEYS]: json(keyDocument({ serverName: `example.net${nasty}` })) }],
    [
      'a key',
      {
        [KEYS]: json(
          keyDocument({ serverName: 'example.org', more: { verify_keys: { [`ed25519:${nasty}`]: {} } } }),
        ),
      },
    ],
    ['base_url', { '/.well-known/matrix/client': json({ 'm.homeserver': { base_url: nasty } }) }],
    ['the version', { [VERSION]: json({ server: { name: nasty, version: nasty } }) }],
  ])('%s', async (_, answers) => {
    await lab.healthy(answers);
    const { verdict } = await lab.check();
    const printed = [
      ...verdict.picture.flatMap(({ name, says }) => [name, says]),
      ...verdict.findings.flatMap((one) => [one.where, one.seen, ...one.fix]),
    ];
    expect(printed.join()).toContain('\\u{1b}]0;pwned\\u{7}\\u{202e}');
    expect(
      printed.filter((line) => Array.from(nasty).some((char) => char < ' ' && line.includes(char))),
    ).toEqual([]);
    expect(printed.filter((line) => line.includes('\u202e'))).toEqual([]);
  });
});

describe('unknown', () => {
  it('when the name server does not answer', async () => {
    lab.dns({ 'example.org': null, '_matrix-fed._tcp.example.org': null });
    const { verdict } = await lab.check('example.org', { timeout: 400 });
    expect(verdict.verdict).toBe('unknown');
    expect(verdict.findings.map((one) => one.code)).toContain('MB-FED-136');
  });

  it('when every address is of the family that was not asked for', async () => {
    await lab.healthy();
    const { verdict } = await lab.check(V4, { only: 6 });
    expect(verdict.verdict).toBe('unknown');
  });
});

it('judges a saved document as it judged the fresh one', async () => {
  await lab.healthy({ [KEYS]: { status: 502 } });
  lab.dns({ 'matrix.example.org': { A: [V4, V4_OTHER] } });
  const { evidence, verdict } = await lab.check();
  expect(judge(JSON.parse(JSON.stringify(evidence)) as Evidence)).toEqual(verdict);
  expect(verdict.verdict).toBe('red');
});
