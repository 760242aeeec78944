import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { parseSurroundings } from '../../../src/host/facts/surroundings.ts';
import type { CaaFact, Facts, FirstLook, HostFacts, OutsideFacts } from '../../../src/plan/facts.ts';
import { forbids } from '../../../src/plan/preflight/caa.ts';
import { cdnOf } from '../../../src/plan/preflight/cdn.ts';
import { preflight, stopsRun } from '../../../src/plan/preflight.ts';
import { hostFacts, type Over, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

/** What templates/scripts/look-around.sh printed on a fresh Debian 13 with both families. */
const AROUND = `kernel 6.12.48+deb13-amd64
virtualisation kvm
route 4
route 6
firewall
way registry ghcr.io 443 6 no-address
way registry ghcr.io 443 4 open 140.82.121.34
way registry registry-1.docker.io 443 4 open 98.85.153.80
way registry registry-1.docker.io 443 6 open 2600:1f18::1
way acme acme-v02.api.letsencrypt.org 443 4 open 172.65.32.248
way acme acme-v02.api.letsencrypt.org 443 6 open 2606:4700:60::1
way docker-packages download.docker.com 443 4 open 3.160.150.1
way docker-packages download.docker.com 443 6 open 2600:9000::1
way apt deb.debian.example 80 4 open 146.75.118.132
way apt deb.debian.example 80 6 open 2a04:4e42::644
way apt security.debian.example 80 4 open 151.101.2.132
way apt security.debian.example 80 6 open 2a04:4e42::644
`;

const line = (text: string, pattern: RegExp, by: string) => text.replace(pattern, by);
const around = (change: (text: string) => string = (text) => text) => parseSurroundings(change(AROUND));

const fresh = (parts: Partial<FirstLook> = {}): FirstLook => ({
  caa: { 'example.org': { properties: [] }, 'matrix.example.org': { properties: [] } },
  surroundings: around(),
  answered: [80, 443],
  reach: [
    { address: '203.0.113.7', port: 80, outcome: 'token' },
    { address: '203.0.113.7', port: 443, outcome: 'token' },
  ],
  thirdClock: { ahead: 0, of: 'acme.test' },
  ...parts,
});

interface Row {
  readonly name: string;
  readonly first?: Partial<FirstLook>;
  readonly host?: Over<HostFacts>;
  readonly outside?: Over<OutsideFacts>;
  readonly answers?: Partial<Answers>;
  /** Codes that stop a first installation. */
  readonly stop?: readonly string[];
  /** Codes that are only said. */
  readonly warn?: readonly string[];
  /** What the first problem's text must hold. */
  readonly says?: readonly RegExp[];
}

const names = (a: string[], aaaa: string[] = []) => ({
  names: { 'matrix.example.org': { a, aaaa }, 'example.org': { a: ['203.0.113.7'], aaaa: [] } },
});
const issue = (...values: string[]): CaaFact => ({
  at: 'example.org',
  properties: values.map((value) => ({ critical: false, tag: 'issue', value })),
});
const dead6 = (text: string) => line(text, / 6 open .*/g, ' 6 silent 2001:db8::1');

const ROWS: readonly Row[] = [
  { name: 'nothing to say' },
  {
    name: 'a kernel of somebody else, too old',
    first: { surroundings: around((text) => line(line(text, /6\.12.*/, '3.10.0'), /kvm/, 'openvz')) },
    stop: ['MB-HOST-KERNEL'],
    says: [/the host's, by openvz/, /kernel of its own/],
  },
  {
    name: 'LXC without nesting',
    first: { surroundings: around((text) => `${line(text, /kvm/, 'lxc')}namespaces no\n`) },
    stop: ['MB-HOST-CONTAINER'],
    says: [/nesting=1/],
  },
  {
    name: 'LXC with nesting',
    first: { surroundings: around((text) => `${line(text, /kvm/, 'lxc')}namespaces yes\n`) },
  },
  {
    name: 'a machine without IPv4, and places without IPv6',
    first: {
      surroundings: around((text) => line(line(text, /route 4\n/, ''), / 4 open /g, ' 4 unreachable ')),
    },
    stop: ['MB-NET-IPV4'],
    says: [/no IPv6 address: ghcr\.io\./, /IPv4 140\.82\.121\.34 unreachable, IPv6 no address/, /NAT64/],
  },
  {
    name: 'the same behind NAT64, where every name has an IPv6 address',
    first: {
      surroundings: around((text) =>
        line(
          line(line(text, /route 4\n/, ''), / 4 open /g, ' 4 unreachable '),
          /ghcr\.io 443 6 .*/,
          'ghcr.io 443 6 open 64:ff9b::1',
        ),
      ),
    },
  },
  {
    name: 'a registry behind a firewall',
    first: { surroundings: around((text) => line(text, /(ghcr\.io 443 4) open/, '$1 silent')) },
    stop: ['MB-NET-OUT'],
    says: [/cannot reach ghcr\.io\./, /ghcr\.io port 443 \(the images\): IPv4 140\.82\.121\.34 no answer/],
  },
  {
    name: 'the same through a proxy of the engine',
    first: {
      surroundings: around((text) => `${line(text, /(ghcr\.io 443 4) open/, '$1 silent')}proxy docker\n`),
    },
    warn: ['MB-NET-OUT'],
  },
  {
    name: 'names that the machine cannot look up',
    first: { surroundings: around((text) => line(text, /(acme-v02.*) (4|6) open .*/g, '$1 $2 no-address')) },
    stop: ['MB-NET-DNS'],
    says: [/know no address of acme-v02/, /resolv\.conf/],
  },
  {
    name: 'one package source of several',
    first: {
      surroundings: around((text) => line(text, /(security.debian.example 80 .) open/g, '$1 refused')),
    },
    warn: ['MB-NET-OUT'],
  },
  {
    name: 'all package sources',
    first: { surroundings: around((text) => line(text, /(way apt .*) open/g, '$1 refused')) },
    stop: ['MB-NET-OUT'],
    says: [/deb\.debian\.example, security\.debian\.example/],
  },
  {
    name: 'package sources that are not needed, because Docker is there',
    first: {
      surroundings: around((text) => line(text, /(way (apt|docker-packages) .*) open/g, '$1 refused')),
    },
    host: { docker: { binary: '/usr/bin/docker', engine: '28.0.1', compose: '2.30.0' } },
  },
  {
    name: 'CAA records that forbid',
    first: { caa: { 'matrix.example.org': issue('digicert.com') } },
    stop: ['MB-DNS-CAA'],
    says: [
      /records of example\.org let no certificate .* matrix\.example\.org: they allow only digicert\.com/,
      /example\.org CAA 0 issue "letsencrypt\.org"/,
    ],
  },
  {
    name: 'one set of CAA records for both names',
    first: { caa: { 'matrix.example.org': issue(';'), 'example.org': issue(';') } },
    stop: ['MB-DNS-CAA'],
    says: [/for matrix\.example\.org and example\.org: they allow that nobody may issue/],
  },
  {
    name: 'CAA records of a domain whose website is elsewhere',
    first: { caa: { 'matrix.example.org': { properties: [] }, 'example.org': issue('digicert.com') } },
    outside: {
      names: {
        'example.org': { a: ['198.51.100.9'], aaaa: [] },
        'matrix.example.org': { a: ['203.0.113.7'], aaaa: [] },
      },
    },
  },
  {
    name: 'name servers that fail on CAA',
    first: { caa: { 'matrix.example.org': { properties: [], error: 'SERVFAIL' } } },
    warn: ['MB-DNS-CAA-UNKNOWN'],
  },
  {
    name: 'the Matrix host behind Cloudflare, by its address',
    outside: names(['104.21.5.6']),
    stop: ['MB-DNS-CDN'],
    says: [/104\.21\.5\.6: Cloudflare's proxy/, /"DNS only"/],
  },
  {
    name: 'the Matrix host behind a proxy that says what it is, though a token came through it',
    outside: names(['198.51.100.1']),
    first: { reach: [{ address: '198.51.100.1', port: 80, outcome: 'token', server: 'cloudflare' }] },
    stop: ['MB-DNS-CDN'],
  },
  {
    name: 'the domain behind Cloudflare',
    outside: {
      names: {
        'example.org': { a: ['172.67.1.2'], aaaa: [] },
        'matrix.example.org': { a: ['203.0.113.7'], aaaa: [] },
      },
    },
    warn: ['MB-DNS-CDN'],
  },
  {
    name: 'a domain that is half here',
    outside: {
      names: {
        'example.org': { a: ['203.0.113.7'], aaaa: ['2001:db8::bad'] },
        'matrix.example.org': { a: ['203.0.113.7'], aaaa: [] },
      },
    },
    stop: ['MB-DNS-HALF'],
    says: [/this machine \(203\.0\.113\.7\) and at another \(2001:db8::bad\)/],
  },
  {
    name: 'a name that leads here through address translation',
    outside: names(['198.51.100.1']),
    first: { reach: [{ address: '198.51.100.1', port: 443, outcome: 'token' }] },
    stop: ['MB-DNS-ELSEWHERE'],
    says: [/leads here all the same/, /behind address translation: add --public-address 198\.51\.100\.1/],
  },
  {
    name: 'a name that leads to somebody else',
    outside: names(['198.51.100.1']),
    first: { reach: [{ address: '198.51.100.1', port: 443, outcome: 'other' }] },
    stop: ['MB-DNS-ELSEWHERE'],
    says: [/change or remove the record of 198\.51\.100\.1/],
  },
  {
    name: 'an AAAA record of the machine, without an IPv6 route',
    host: { addresses: ['203.0.113.7', '2001:db8::7'] },
    outside: names(['203.0.113.7'], ['2001:db8::7']),
    first: { surroundings: around((text) => line(dead6(text), /route 6\n/, '')) },
    stop: ['MB-NET-IPV6'],
    says: [/no IPv6 route out/, /remove matrix\.example\.org AAAA 2001:db8::7/],
  },
  {
    name: 'a route over which nothing comes back, and no AAAA record',
    host: { addresses: ['203.0.113.7', '2001:db8::7'] },
    first: { surroundings: around(dead6) },
    warn: ['MB-NET-IPV6'],
    says: [/over IPv6 it reaches none of/],
  },
  {
    name: 'a machine without IPv6',
    first: { surroundings: around((text) => line(dead6(text), /route 6\n/, '')) },
  },
  {
    name: "a provider's firewall",
    first: {
      reach: [
        { address: '203.0.113.7', port: 80, outcome: 'silent' },
        { address: '203.0.113.7', port: 443, outcome: 'token' },
      ],
    },
    stop: ['MB-PORT-CLOSED'],
    says: [
      /^Port 80 of the machine cannot be reached from here \(203\.0\.113\.7: no answer\)/,
      /provider's panel/,
    ],
  },
  {
    name: "a firewall of the machine's own",
    first: {
      surroundings: around((text) => line(text, /firewall/, 'firewall ufw')),
      reach: [{ address: '203.0.113.7', port: 443, outcome: 'silent' }],
    },
    warn: ['MB-PORT-CLOSED'],
    says: [/ports that Docker publishes go past it/, /ufw allow 443\/tcp/],
  },
  {
    name: 'a network that takes connections and swallows what is not encrypted',
    first: {
      reach: [
        { address: '203.0.113.7', port: 80, outcome: 'token' },
        { address: '203.0.113.7', port: 443, outcome: 'mute' },
      ],
    },
    warn: ['MB-PORT-CLOSED'],
    says: [/203\.0\.113\.7: a connection, and no answer/, /from another network/],
  },
  {
    name: 'SSH through a private network that lets nothing else through',
    host: { addresses: ['10.0.0.4', '203.0.113.7'] },
    outside: { target: ['10.0.0.4'] },
    first: {
      reach: [
        { address: '203.0.113.7', port: 80, outcome: 'token' },
        { address: '10.0.0.4', port: 80, outcome: 'silent' },
      ],
    },
  },
  {
    name: 'closed ports while the name is not there yet',
    outside: names([]),
    first: { reach: [{ address: '203.0.113.7', port: 80, outcome: 'refused' }] },
    stop: ['MB-DNS-MISSING', 'MB-PORT-CLOSED'],
  },
  {
    name: "packages of Docker's that an engine of the distribution does not need",
    host: {
      docker: { binary: '/usr/bin/docker', engine: '26.1.5', dockerd: true },
      packages: { installed: { 'docker.io': '26.1.5' } },
    },
    first: { surroundings: around((text) => line(text, /(way docker-packages .*) open/g, '$1 refused')) },
  },
  {
    name: 'an operator without IPv6',
    outside: names(['203.0.113.7'], ['2001:db8::7']),
    host: { addresses: ['203.0.113.7', '2001:db8::7'] },
    first: {
      reach: [
        { address: '203.0.113.7', port: 80, outcome: 'token' },
        { address: '2001:db8::7', port: 80, outcome: 'no-route' },
      ],
    },
  },
  {
    name: 'nothing that could answer',
    first: { answered: [], notAsked: 'nothing on the machine could answer for a test', reach: [] },
    warn: ['MB-PORT-UNKNOWN'],
    says: [/could not be told: nothing on the machine could answer/],
  },
  {
    name: "a machine's clock that is off by an hour",
    host: { machine: { clock: 1_700_003_600 } },
    stop: ['MB-HOST-CLOCK'],
    says: [/60 minutes ahead of that of acme\.test/],
  },
  {
    name: "the operator's own clock that is off",
    host: { machine: { clock: 1_700_003_600 } },
    first: { thirdClock: { ahead: 3600, of: 'acme.test' } },
    warn: ['MB-YOUR-CLOCK'],
    says: [/Your own computer's clock is 60 minutes behind that of acme\.test/],
  },
  {
    name: 'both clocks, in opposite directions',
    host: { machine: { clock: 1_700_003_600 } },
    first: { thirdClock: { ahead: -3600, of: 'acme.test' } },
    stop: ['MB-HOST-CLOCK'],
    warn: ['MB-YOUR-CLOCK'],
    says: [/2 hours ahead|120 minutes ahead/],
  },
  {
    name: 'a held lock and cloud-init',
    host: { packages: { cloudInit: 'running', lockHolder: 'unattended-upgr (pid 812)' } },
    warn: ['MB-HOST-BUSY'],
    says: [/cloud-init\) and unattended-upgr \(pid 812\), which holds the package lock/],
  },
];

describe('before a first installation', () => {
  it.each(ROWS)('$name', ({ first, host, outside, answers, stop = [], warn = [], says = [] }) => {
    const facts: Facts = { ...someFacts(host, outside), first: fresh(first) };
    const found = preflight(goalFor(facts, answers), facts);
    const codes = (stops: boolean) =>
      found.filter((one) => stopsRun(one, facts) === stops).map(({ code }) => code);
    expect(codes(true)).toEqual(stop);
    expect(codes(false)).toEqual(warn);
    const [problem] = found;
    const text = problem && [problem.what, problem.why ?? '', ...problem.fix].join('\n');
    for (const pattern of says) expect(text).toMatch(pattern);
    for (const { expected, who, fix } of found) {
      expect(expected).not.toBe('');
      expect(who).not.toBe('');
      expect(fix.length).toBeGreaterThan(0);
    }
  });

  it('says all of it in one run', () => {
    const facts: Facts = {
      ...someFacts(
        {
          machine: { clock: 1_700_003_600 },
          listeners: [{ address: '0.0.0.0', port: 80, protocol: 'tcp', process: 'nginx', pid: 71 }],
          disks: [{ path: '/opt/matrix-bastion', mount: '/', freeMib: 900, sizeMib: 3000, freeInodes: 12 }],
        },
        names(['104.21.5.6'], ['2001:db8::bad']),
      ),
      first: fresh({
        caa: { 'matrix.example.org': issue('digicert.com') },
        surroundings: around((text) => line(text, /(ghcr\.io 443 4) open/, '$1 refused')),
        reach: [{ address: '203.0.113.7', port: 443, outcome: 'silent' }],
      }),
    };
    expect(preflight(goalFor(facts), facts).map(({ code }) => code)).toEqual([
      'MB-HOST-DISK',
      'MB-HOST-INODES',
      'MB-HOST-CLOCK',
      'MB-HOST-PORT',
      'MB-NET-OUT',
      'MB-DNS-CDN',
      'MB-DNS-CAA',
      'MB-PORT-CLOSED',
    ]);
  });
});

describe('the second machine before a first installation', () => {
  const codes = (databaseBox: string) => {
    const facts: Facts = {
      ...someFacts(),
      databaseBox: {
        host: hostFacts({ machine: { machineId: 'f'.repeat(32) }, addresses: ['203.0.113.8'] }),
        name: 'root@db',
        reachedAs: '203.0.113.8',
      },
      first: fresh({ databaseBox: parseSurroundings(databaseBox) }),
    };
    return preflight(goalFor(facts, { dbHost: 'root@db' }), facts).map(({ code, what }) => [code, what]);
  };
  const its = AROUND.replace(/^way (acme|registry ghcr).*\n/gm, '');

  it('has ways out of its own', () => {
    expect(codes(its)).toEqual([]);
    expect(codes(its.replace(/(registry-1.docker.io 443 .) open/g, '$1 silent'))).toEqual([
      ['MB-NET-OUT', 'On the database machine (root@db): The machine cannot reach registry-1.docker.io.'],
    ]);
  });

  it('has a kernel of its own', () => {
    expect(codes(its.replace(/6\.12.*/, '3.10.0')).map(([code]) => code)).toEqual(['MB-HOST-KERNEL']);
  });
});

describe('on a later run', () => {
  const later = (host: Over<HostFacts>, outside: Over<OutsideFacts> = {}): Facts => {
    const done = installed();
    return {
      host: { ...done.host, ...(host as Partial<HostFacts>) },
      outside: { ...done.outside, ...(outside as Partial<OutsideFacts>) },
    };
  };
  it.each<[string, Facts, string]>([
    ['the DNS', later({}, names([])), 'MB-DNS-MISSING'],
    ['a clock', later({ machine: { ...installed().host.machine, clock: 1_700_009_000 } }), 'MB-HOST-CLOCK'],
    [
      'a full disk',
      later({ disks: [{ path: '/opt/matrix-bastion', mount: '/', freeMib: 500, sizeMib: 99_000 }] }),
      'MB-HOST-DISK',
    ],
    [
      'a port that somebody took while Caddy was down',
      later({
        containers: [],
        listeners: [{ address: '0.0.0.0', port: 80, protocol: 'tcp', process: 'nginx' }],
      }),
      'MB-HOST-PORT',
    ],
  ])('%s does not stop a server from being upgraded', (_name, facts, code) => {
    const found = preflight(goalFor(facts), facts);
    expect(found.map((one) => one.code)).toEqual([code]);
    expect(found.some((one) => stopsRun(one, facts))).toBe(false);
  });

  it('a link in the place of the folder does', () => {
    const facts = later({
      files: { '/opt/matrix-bastion': { type: 'other', mode: 0o777, uid: 0, gid: 0, size: 9 } },
    });
    const found = preflight(goalFor(facts), facts).filter((one) => stopsRun(one, facts));
    expect(found.map((one) => one.code)).toContain('MB-HOST-ROOT');
  });
});

describe('CAA records', () => {
  const fact = (...properties: [tag: string, value: string, critical?: boolean][]): CaaFact => ({
    at: 'example.org',
    properties: properties.map(([tag, value, critical = false]) => ({ tag, value, critical })),
  });
  it.each<[string, CaaFact, RegExp | undefined]>([
    ['none', fact(), undefined],
    ['ours', fact(['issue', 'letsencrypt.org']), undefined],
    ['ours in other letters, with a dot', fact(['issue', 'LetsEncrypt.org.']), undefined],
    ['ours beside another', fact(['issue', 'digicert.com'], ['issue', 'letsencrypt.org']), undefined],
    ['another', fact(['issue', 'digicert.com']), /only digicert\.com/],
    ['nobody', fact(['issue', ';']), /nobody/],
    ['wildcards only', fact(['issuewild', 'digicert.com']), undefined],
    ['where to complain', fact(['iodef', 'mailto:x@example.org']), undefined],
    ['an unknown tag', fact(['future', 'x']), undefined],
    ['an unknown critical tag', fact(['future', 'x', true], ['issue', 'letsencrypt.org']), /future/],
    [
      'a way of proof that Caddy uses',
      fact(['issue', 'letsencrypt.org; validationmethods=dns-01,http-01']),
      undefined,
    ],
    [
      'another way of proof',
      fact(['issue', 'letsencrypt.org;validationmethods=dns-01']),
      /validationmethods/,
    ],
    ['an account', fact(['issue', 'letsencrypt.org; accounturi=https://x/acct/1']), /accounturi/],
  ])('%s', (_name, records, expected) => {
    const said = forbids(records);
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(expected);
  });
});

describe('proxies', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['104.16.0.1', undefined, 'Cloudflare'],
    ['104.27.255.255', undefined, 'Cloudflare'],
    ['104.28.0.1', undefined, undefined],
    ['2606:4700::6810:1', undefined, 'Cloudflare'],
    ['203.0.113.7', 'cloudflare', 'Cloudflare'],
    ['203.0.113.7', 'nginx', undefined],
  ])('%s %s', (address, server, expected) => expect(cdnOf(address, server)).toBe(expected));
});
