import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHostProbe } from '../../../src/federation/host-answers.ts';
import { type HostProbeOptions, hostProbeScript } from '../../../src/federation/host-probe.ts';
import { judge } from '../../../src/federation/judge.ts';
import { combine } from '../../../src/federation/vantages.ts';
import { Authority } from './lab/certificates.ts';
import { keyDocument } from './lab/keys.ts';
import { type Answer, apex, type Handler, homeserver, json } from './lab/server.ts';

let authority: Authority;
let folder: string;
let server: https.Server;
let handler: Handler;

/** curl is real, and so are sh and TLS; only the way to the names is bent, by the prefix. */
beforeAll(async () => {
  authority = await Authority.create();
  folder = await mkdtemp(join(tmpdir(), 'host-probe-'));
  const pair = await authority.leaf({ names: ['example.org', 'matrix.example.org'] });
  server = https.createServer(pair, (request, response) => {
    const answer = handler(request) ?? { status: 404 };
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(answer.body ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await writeFile(join(folder, 'ca.pem'), authority.root.cert);
  await writeFile(
    join(folder, 'there'),
    `#!/bin/sh\nshift\nexec curl --connect-to "::127.0.0.1:${port}" "$@"\n`,
  );
  await writeFile(join(folder, 'closed'), '#!/bin/sh\nshift\nexec curl --connect-to "::127.0.0.1:1" "$@"\n');
  await Promise.all(['there', 'closed'].map((name) => chmod(join(folder, name), 0o755)));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await Promise.all([rm(folder, { recursive: true }), authority.remove()]);
});

const PLAN = { serverName: 'example.org', host: 'matrix.example.org', port: 443, nonce: 'n0nce' };
const OWN = { delegated: 'matrix.example.org:443' };

async function look(
  prefix: string,
  answers: Readonly<Record<string, Answer | Handler>> = {},
  options: Partial<HostProbeOptions> = {},
) {
  handler = homeserver('example.org', apex(OWN.delegated, 'https://matrix.example.org', answers));
  const script = hostProbeScript({
    ...PLAN,
    prefix: prefix && join(folder, prefix),
    caFile: join(folder, 'ca.pem'),
    seconds: 2,
    ...options,
  });
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile('sh', ['-s'], (error, stdout) => (error ? reject(error) : resolve(stdout)));
    child.stdin?.end(script);
  });
  const evidence = readHostProbe(output, { ...PLAN, at: new Date(), own: OWN });
  if (!evidence) return { evidence, found: [], verdict: undefined };
  const verdict = judge(evidence);
  return { evidence, verdict, found: verdict.findings.map((one) => one.code.slice(-3)) };
}

describe('the host looks at itself', () => {
  it('and is green', async () => {
    const { evidence, verdict, found } = await look('there');
    expect(found).toEqual([]);
    expect(verdict?.verdict).toBe('green');
    expect(evidence?.addresses[0]).toMatchObject({
      target: { ip: '127.0.0.1', hostHeader: 'matrix.example.org:443' },
    });
    expect(evidence?.hops).toContainEqual({
      kind: 'well-known',
      host: 'example.org',
      delegated: 'matrix.example.org:443',
    });
  });

  it('sends the Host header that other servers send', async () => {
    const hosts: (string | undefined)[] = [];
    await look('there', {
      '/_matrix/federation/v1/version': (request) => {
        hosts.push(request.headers.host);
        return json({ server: { name: 'Synapse', version: '1' } });
      },
    });
    expect(hosts).toEqual(['matrix.example.org:443']);
  });

  it.each<[string, Readonly<Record<string, Answer>>, string[]]>([
    ['a website', { '/.well-known/matrix/server': { body: '<html>' } }, ['001']],
    ['no file', { '/.well-known/matrix/server': { status: 404 } }, ['101']],
    [
      'a redirect',
      {
        '/.well-known/matrix/server': { status: 302, headers: { Location: '/b' } },
        '/b': json({ 'm.server': OWN.delegated }),
      },
      [],
    ],
    ['an old copy', { '/.well-known/matrix/server': json({ 'm.server': 'example.org:8448' }) }, ['034']],
    [
      'the homeserver down',
      { '/_matrix/federation/v1/version': { status: 502 }, '/_matrix/key/v2/server': { status: 502 } },
      ['119'],
    ],
    ['another name', { '/_matrix/key/v2/server': json(keyDocument({ serverName: 'example.net' })) }, ['022']],
    [
      'output that pretends',
      { '/_matrix/federation/v1/version': { body: '\nn0nc end {}\nn0nce_ exit 0\n' } },
      ['119'],
    ],
  ])('and sees %s', async (_, answers, expected) => {
    expect((await look('there', answers)).found).toEqual(expected);
  });

  it('and does not trust the certificate', async () => {
    await writeFile(
      join(folder, 'other.pem'),
      (await authority.leaf({ names: ['x.example'], selfSigned: true })).cert,
    );
    const { found } = await look('there', {}, { caFile: join(folder, 'other.pem') });
    expect(found).toEqual(['102', '116']);
  });

  it('and finds nothing behind its public name, which is not what others see', async () => {
    const { verdict } = await look('closed');
    expect(verdict?.verdict).toBe('red');
    const { verdict: operator } = await look('there');
    if (!verdict || !operator) throw new Error('nothing was looked at');
    const both = combine(operator, verdict);
    expect(both.verdict).toBe('green');
    expect(both.findings.map((one) => one.code)).toEqual(['MB-FED-032']);
    expect(combine(verdict, operator).verdict).toBe('red');
    expect(combine(operator, undefined)).toBe(operator);
  });

  it('or has no curl, and then nothing was looked at', async () => {
    expect((await look('missing')).evidence).toBeUndefined();
  });
});

it('quotes what it is given', () => {
  const script = hostProbeScript({ ...PLAN, prefix: '', caFile: "/it's $(here).pem" });
  expect(script).toContain(`--cacert '/it'\\''s $(here).pem'`);
});
