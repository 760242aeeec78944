import { describe, expect, it } from 'vitest';
import type { Exchange, Lookup, SrvAnswer } from '../../../src/federation/evidence.ts';
import { ipFamily } from '../../../src/federation/ip.ts';
import type { Questions } from '../../../src/federation/network.ts';
import { follow } from '../../../src/federation/redirects.ts';
import { resolve } from '../../../src/federation/resolve.ts';

interface Tables {
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly srv?: Readonly<Record<string, SrvAnswer | readonly [string, number][]>>;
  readonly cname?: Readonly<Record<string, string>>;
  /** `URL` or `URL ip` → m.server, a redirect (`→ URL`), or a status. */
  readonly web?: Readonly<Record<string, string | number>>;
}

/** The world as tables; records what was asked. */
function world({
  hosts = {},
  srv = {},
  cname = {},
  web = {},
}: Tables): Questions & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    addresses: async (name): Promise<Lookup> => {
      asked.push(`A ${name}`);
      const ips = hosts[name] ?? [];
      const of = (family: number) => ips.filter((ip) => ipFamily(ip) === family);
      const answer = (family: number) => ({
        outcome: of(family).length > 0 ? ('found' as const) : ('NODATA' as const),
        addresses: of(family),
      });
      return { name, a: answer(4), aaaa: answer(6) };
    },
    srv: async (name) => {
      asked.push(`SRV ${name}`);
      const answer = srv[name];
      if (!answer) return { outcome: 'NXDOMAIN', records: [] };
      if ('outcome' in answer) return answer;
      return {
        outcome: 'found',
        records: answer.map(([target, port]) => ({ target, port, priority: 0, weight: 0 })),
      };
    },
    cname: async (name) => cname[name],
    get: async (url, ip): Promise<Exchange> => {
      asked.push(`GET ${url.href} ${ip}`);
      const about = { url: url.href, ip, at: '2026-01-01T00:00:00Z', ms: 1 };
      const answer = web[`${url.href} ${ip}`] ?? web[url.href];
      if (answer === undefined)
        return { ...about, error: { phase: 'tcp', code: 'ECONNREFUSED', message: 'refused' } };
      if (typeof answer === 'number') return { ...about, status: answer, headers: {}, body: '' };
      if (answer.startsWith('→ '))
        return { ...about, status: 301, headers: { location: answer.slice(2) }, body: '' };
      return { ...about, status: 200, headers: {}, body: JSON.stringify({ 'm.server': answer }) };
    },
  };
}

const APEX = 'https://example.org/.well-known/matrix/server';
const hosts = {
  'example.org': ['198.20.0.1'],
  'matrix.example.net': ['198.20.0.2', '2a00::2'],
  'srv.example.com': ['198.20.0.3'],
};

/** Server-server API, "Resolving server names", step by step: ip:port, Host header, certificate, SNI. */
describe('discovery', () => {
  it.each<[string, string, Tables, string[]]>([
    ['1', '198.20.0.9', {}, ['198.20.0.9:8448 Host=198.20.0.9 cert=198.20.0.9 sni=null']],
    ['1 with port', '198.20.0.9:443', {}, ['198.20.0.9:443 Host=198.20.0.9:443 cert=198.20.0.9 sni=null']],
    ['1 IPv6', '[2a00::9]', {}, ['2a00::9:8448 Host=[2a00::9] cert=2a00::9 sni=null']],
    [
      '2',
      'example.org:443',
      { hosts },
      ['198.20.0.1:443 Host=example.org:443 cert=example.org sni=example.org'],
    ],
    [
      '3.1',
      'example.org',
      { hosts, web: { [APEX]: '198.20.0.9' } },
      ['198.20.0.9:8448 Host=198.20.0.9 cert=198.20.0.9 sni=null'],
    ],
    [
      '3.1 with port',
      'example.org',
      { hosts, web: { [APEX]: '[2a00::9]:443' } },
      ['2a00::9:443 Host=[2a00::9]:443 cert=2a00::9 sni=null'],
    ],
    [
      '3.2',
      'example.org',
      { hosts, web: { [APEX]: 'matrix.example.net:443' } },
      [
        '2a00::2:443 Host=matrix.example.net:443 cert=matrix.example.net sni=matrix.example.net',
        '198.20.0.2:443 Host=matrix.example.net:443 cert=matrix.example.net sni=matrix.example.net',
      ],
    ],
    [
      '3.3',
      'example.org',
      {
        hosts,
        web: { [APEX]: 'matrix.example.net' },
        srv: {
          '_matrix-fed._tcp.matrix.example.net': [['srv.example.com', 9000]],
          '_matrix._tcp.matrix.example.net': [['example.org', 1]],
        },
      },
      ['198.20.0.3:9000 Host=matrix.example.net cert=matrix.example.net sni=matrix.example.net'],
    ],
    [
      '3.4',
      'example.org',
      {
        hosts,
        web: { [APEX]: 'matrix.example.net' },
        srv: { '_matrix._tcp.matrix.example.net': [['srv.example.com', 9000]] },
      },
      ['198.20.0.3:9000 Host=matrix.example.net cert=matrix.example.net sni=matrix.example.net'],
    ],
    [
      '3.5',
      'example.org',
      { hosts: { ...hosts, 'matrix.example.net': ['198.20.0.2'] }, web: { [APEX]: 'matrix.example.net' } },
      ['198.20.0.2:8448 Host=matrix.example.net cert=matrix.example.net sni=matrix.example.net'],
    ],
    [
      '4',
      'example.org',
      { hosts, web: { [APEX]: 404 }, srv: { '_matrix-fed._tcp.example.org': [['srv.example.com', 9000]] } },
      ['198.20.0.3:9000 Host=example.org cert=example.org sni=example.org'],
    ],
    [
      '5',
      'example.org',
      { hosts, srv: { '_matrix._tcp.example.org': [['srv.example.com', 9000]] } },
      ['198.20.0.3:9000 Host=example.org cert=example.org sni=example.org'],
    ],
    ['6', 'example.org', { hosts }, ['198.20.0.1:8448 Host=example.org cert=example.org sni=example.org']],
  ])('step %s: %s', async (step, name, tables, expected) => {
    const { targets } = await resolve(name, world(tables));
    expect(
      targets.map((t) => `${t.ip}:${t.port} Host=${t.hostHeader} cert=${t.certificateName} sni=${t.sni}`),
    ).toEqual(expected);
    expect(new Set(targets.map((t) => t.via))).toEqual(new Set([step.split(' ')[0]]));
  });

  it('asks neither well-known nor SRV for a name with a port', async () => {
    const ask = world({ hosts });
    await resolve('example.org:8448', ask);
    expect(ask.asked).toEqual(['A example.org']);
  });

  it('never looks m.server up in well-known again', async () => {
    const ask = world({
      hosts,
      web: {
        [APEX]: 'matrix.example.net',
        'https://matrix.example.net/.well-known/matrix/server': 'other.example:1',
      },
    });
    const { targets } = await resolve('example.org', ask);
    expect(targets.map((one) => one.port)).toEqual([8448, 8448]);
    expect(ask.asked.filter((one) => one.startsWith('GET'))).toHaveLength(1);
  });

  it.each(['SERVFAIL', 'TIMEOUT'] as const)('stops where an SRV lookup ends in %s', async (outcome) => {
    const srv = { '_matrix-fed._tcp.example.org': { outcome, records: [] } };
    const { targets, hops } = await resolve('example.org', world({ hosts, srv }));
    expect(targets).toEqual([]);
    expect(hops.at(-1)).toMatchObject({ kind: 'srv', answer: { outcome } });
  });

  it('goes on where there is no SRV record', async () => {
    const srv = { '_matrix-fed._tcp.example.org': { outcome: 'NODATA' as const, records: [] } };
    const { targets } = await resolve('example.org', world({ hosts, srv }));
    expect(targets.map((one) => one.via)).toEqual(['6']);
  });

  it('does not go back to the older service when the newer one leads nowhere', async () => {
    const srv = {
      '_matrix-fed._tcp.example.org': [['gone.example', 1]],
      '_matrix._tcp.example.org': [['srv.example.com', 9000]],
    } as const;
    const ask = world({ hosts, srv: srv as unknown as NonNullable<Tables['srv']> });
    expect((await resolve('example.org', ask)).targets).toEqual([]);
    expect(ask.asked).not.toContain('SRV _matrix._tcp.example.org');
  });

  it('records that an SRV target is an alias', async () => {
    const { hops } = await resolve(
      'example.org',
      world({
        hosts,
        srv: { '_matrix-fed._tcp.example.org': [['srv.example.com', 1]] },
        cname: { 'srv.example.com': 'real.example' },
      }),
    );
    expect(hops).toContainEqual({ kind: 'cname', name: 'srv.example.com', target: 'real.example' });
  });

  it('asks every address of the name, and one that answers is enough', async () => {
    const both = { ...hosts, 'example.org': ['198.20.0.1', '2a00::1'] };
    const ask = world({ hosts: both, web: { [`${APEX} 198.20.0.1`]: 'matrix.example.net:443' } });
    const { targets, wellKnown } = await resolve('example.org', ask);
    expect(wellKnown).toHaveLength(2);
    expect(targets[0]?.via).toBe('3.2');
  });

  it('does not guess where this machine has no route to well-known', async () => {
    const ask = world({ hosts });
    const error = { phase: 'route' as const, code: 'NO_ROUTE', message: 'no route' };
    const get: Questions['get'] = async (url, ip) => ({ url: url.href, ip, at: '', ms: 0, error });
    expect((await resolve('example.org', { ...ask, get })).targets).toEqual([]);
    expect(ask.asked).toEqual(['A example.org']);
  });

  it('says why a name is none', async () => {
    expect(await resolve('https://x', world({}))).toEqual({
      hops: [{ kind: 'invalid-name', reason: 'it starts with a scheme' }],
      targets: [],
    });
  });
});

describe('redirects', () => {
  const start = new URL('https://a.example/x');
  const names = { 'a.example': ['198.20.0.1'], 'b.example': ['198.20.0.2'], 'lan.example': ['192.168.1.1'] };
  const run = (web: Record<string, string | number>, options = {}) =>
    follow(start, '198.20.0.1', world({ hosts: names, web }), { limit: 1000, ...options });

  it('are followed across hosts and relative paths', async () => {
    const { exchanges, stopped } = await run({
      'https://a.example/x': '→ https://b.example/y',
      'https://b.example/y': '→ /z',
      'https://b.example/z': 200,
    });
    expect(exchanges.map((one) => one.url)).toEqual([
      'https://a.example/x',
      'https://b.example/y',
      'https://b.example/z',
    ]);
    expect(stopped).toBeUndefined();
  });

  it.each([
    ['loop', { 'https://a.example/x': '→ /x' }],
    ['no-location', { 'https://a.example/x': '→ ' }],
    ['no-location', { 'https://a.example/x': '→ https://' }],
    ['not-https', { 'https://a.example/x': '→ http://b.example/' }],
    ['not-https', { 'https://a.example/x': '→ file:///etc/passwd' }],
    ['not-public', { 'https://a.example/x': '→ https://lan.example/' }],
    ['not-public', { 'https://a.example/x': '→ https://127.0.0.1/' }],
    ['not-public', { 'https://a.example/x': '→ https://[::1]/' }],
    ['not-public', { 'https://a.example/x': '→ https://2130706433/' }],
  ])('end with %s: %j', async (stopped, web) => {
    expect((await run(web)).stopped).toBe(stopped);
  });

  it('end after ten', async () => {
    const web = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`https://a.example/${i || 'x'}`, `→ /${i + 1}`]),
    );
    const { exchanges, stopped } = await run(web);
    expect(stopped).toBe('too-many');
    expect(exchanges).toHaveLength(11);
  });

  it('may lead into the networks of a closed federation', async () => {
    const web = { 'https://a.example/x': '→ https://lan.example/', 'https://lan.example/': 200 };
    expect((await run(web, { privateNetworks: ['192.168.1.0/24'] })).exchanges.at(-1)?.status).toBe(200);
  });
});
