import { describe, expect, it } from 'vitest';
import type { Answers, ProxySoftware } from '../../../src/answers/answers.ts';
import type { ListenerFact } from '../../../src/host/facts/network.ts';
import { describeChange } from '../../../src/plan/describe.ts';
import type { Facts, HostFacts, OutsideFacts } from '../../../src/plan/facts.ts';
import { planSteps } from '../../../src/plan/plan.ts';
import { preflight, stopsRun } from '../../../src/plan/preflight.ts';
import { foreignWebServer } from '../../../src/plan/web-server.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { STEPS } from '../../../src/steps/index.ts';
import { someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const NGINX = { proxy: { software: 'nginx', listen: '127.0.0.1:8008' } } as const satisfies Partial<Answers>;
/** Another machine may be where the proxy is. */
const NETWORK = { proxy: { software: 'haproxy', listen: '10.0.0.4:8008' } } as const;

const listener = (port: number, process: string, address = '0.0.0.0'): ListenerFact => ({
  address,
  port,
  protocol: 'tcp',
  process,
  pid: 71,
});
const OWN_NGINX = [80, 443].map((port) => listener(port, 'nginx'));

const problemsOf = (facts: Facts, answers: Partial<Answers>) => preflight(goalFor(facts, answers), facts);
const stopping = (facts: Facts, answers: Partial<Answers>) =>
  problemsOf(facts, answers)
    .filter((one) => stopsRun(one, facts))
    .map(({ code }) => code);

/** The plan, by step, as kinds of changes. */
const planned = (facts: Facts, answers: Partial<Answers>): Record<string, string[]> =>
  Object.fromEntries(
    planSteps(STEPS, goalFor(facts, answers), facts)
      .filter(({ changes }) => changes.length > 0)
      .map(({ id, changes }) => [id, changes.map(({ kind }) => kind)]),
  );

const withHost = (facts: Facts, host: Partial<HostFacts>): Facts => ({
  ...facts,
  host: { ...facts.host, ...host },
});
const withOutside = (facts: Facts, outside: Partial<OutsideFacts>): Facts => ({
  ...facts,
  outside: { ...facts.outside, ...outside },
});

describe('a web server that holds the ports', () => {
  it.each<[string, ProxySoftware]>([
    ['nginx', 'nginx'],
    ['apache2', 'apache'],
    ['httpd', 'apache'],
    ['caddy', 'caddy'],
    ['traefik', 'traefik'],
    ['haproxy', 'haproxy'],
    ['lighttpd', 'other'],
  ])('%s may stay: --proxy %s', (process, software) => {
    const facts = someFacts({ listeners: [listener(443, process)] });
    const [problem] = problemsOf(facts, {});
    expect(problem?.code).toBe('MB-HOST-PORT');
    expect(problem?.orRunWith).toEqual(['--proxy', software]);
    expect(problem?.fix.join('\n')).toContain(`keep ${process}`);
    expect(foreignWebServer(facts.host)).toEqual({
      software,
      found: `${process} holds port 443`,
      inContainer: false,
    });
  });
  it('in a container, too, at an address that it reaches', () => {
    const facts = someFacts({ listeners: [listener(443, 'docker-proxy')] });
    expect(problemsOf(facts, {})[0]?.orRunWith).toEqual([
      '--proxy',
      'traefik',
      '--proxy-listen',
      '172.17.0.1:8008',
    ]);
    expect(foreignWebServer(facts.host)).toMatchObject({ software: 'traefik', inContainer: true });
  });
  it('is nothing where something else listens, or our own router', () => {
    expect(foreignWebServer(someFacts({ listeners: [listener(443, 'sshd')] }).host)).toBeUndefined();
    const ours = withHost(installed(), { listeners: [listener(443, 'docker-proxy')] });
    expect(foreignWebServer(ours.host)).toBeUndefined();
    expect(problemsOf(ours, {})).toEqual([]);
  });
});

describe('before an installation behind it', () => {
  const fresh = (listeners: readonly ListenerFact[] = OWN_NGINX): Facts => ({
    ...someFacts({ listeners: [...listeners] }),
  });

  it('ports 80 and 443 are the proxy’s', () => {
    expect(problemsOf(fresh(), NGINX)).toEqual([]);
  });
  it.each<[string, ListenerFact, string[]]>([
    ['the very address', listener(8008, 'synapse', '127.0.0.1'), ['MB-HOST-PORT']],
    ['every address', listener(8008, 'java', '*'), ['MB-HOST-PORT']],
    ['another address', listener(8008, 'java', '10.0.0.9'), []],
    ['another protocol', { ...listener(8008, 'java'), protocol: 'udp' }, []],
  ])('its own port must be free: %s', (_name, other, codes) => {
    const found = problemsOf(fresh([...OWN_NGINX, other]), NGINX);
    expect(found.map(({ code }) => code)).toEqual(codes);
    if (codes.length > 0)
      expect(found[0]?.orRunWith).toEqual(['--proxy', 'nginx', '--proxy-listen', '127.0.0.1:8009']);
  });
  it.each([
    ['10.0.0.4:8008', []],
    ['10.0.0.5:8008', ['MB-PROXY-LISTEN']],
    ['[fd00::1]:8008', ['MB-PROXY-LISTEN']],
    // Docker's bridge comes with Docker.
    ['172.17.0.1:8008', []],
    ['127.0.0.53:8008', []],
  ])('listens at an address of the machine: %s', (listen, codes) => {
    const facts = someFacts({ listeners: OWN_NGINX, addresses: ['203.0.113.7', '10.0.0.4'] });
    const found = problemsOf(facts, { proxy: { software: 'nginx', listen } });
    expect(found.map(({ code }) => code)).toEqual(codes);
    if (codes.length > 0) {
      expect(found[0]?.expected).toBe('10.0.0.4');
      expect(found[0]?.orRunWith).toContain('10.0.0.4:8008');
    }
  });
  it('offers a port that is free', () => {
    const taken = [8008, 8009].map((port) => listener(port, 'java'));
    expect(problemsOf(fresh(taken), NGINX)[0]?.orRunWith).toContain('127.0.0.1:8010');
  });
  it('no certificate, CAA record or token is looked at', () => {
    const first = {
      caa: {
        'matrix.example.org': {
          at: 'example.org',
          properties: [{ critical: false, tag: 'issue', value: ';' }],
        },
      },
      answered: [],
      reach: [],
      surroundings: {
        kernel: '6.12',
        container: '',
        canUnshare: true,
        routes: { 4: true, 6: false },
        ways: [],
        proxies: [],
        firewall: '',
      },
    } as unknown as Facts['first'];
    expect(problemsOf({ ...fresh(), ...(first && { first }) }, NGINX)).toEqual([]);
    expect(problemsOf({ ...someFacts(), ...(first && { first }) }, {}).map(({ code }) => code)).toEqual([
      'MB-DNS-CAA',
    ]);
  });
  it('the name has to lead to this machine, unless the proxy may be on another', () => {
    const elsewhere = {
      'example.org': { a: ['198.51.100.1'], aaaa: [] },
      'matrix.example.org': { a: ['198.51.100.1'], aaaa: [] },
    };
    const facts = withOutside(fresh(), { names: elsewhere });
    expect(problemsOf(facts, NGINX).map(({ code }) => code)).toEqual(['MB-DNS-ELSEWHERE']);
    expect(problemsOf(facts, NGINX)[0]?.why).not.toMatch(/certificate/);
    expect(problemsOf(facts, NETWORK).map(({ code }) => code)).toEqual(['MB-PROXY-LISTEN']);
    expect(problemsOf(withHost(facts, { addresses: ['10.0.0.4'] }), NETWORK)).toEqual([]);
    expect(goalFor(facts, NGINX).apexHere).toBe(false);
    expect(goalFor(facts, NETWORK).apexHere).toBe(true);
  });
});

describe('the plan behind a proxy', () => {
  it('publishes for the proxy, waits for it, and proves no login that cannot be', () => {
    const plan = planned(someFacts({ listeners: OWN_NGINX }), NGINX);
    expect(plan['well-known']).toEqual(['write-files', 'start-services', 'await-healthy', 'await-proxy']);
    expect(plan.admin).toEqual(['create-admin']);
  });
  it('is empty when all is done', () => {
    expect(planned(installed(NGINX), NGINX)).toEqual({});
    expect(problemsOf(withHost(installed(NGINX), { listeners: OWN_NGINX }), NGINX)).toEqual([]);
  });
  it('looks at no certificate of its own', () => {
    expect(planned(withOutside(installed(NGINX), { certificates: {} }), NGINX)).toEqual({});
  });
  it('waits for the proxy that leads elsewhere again', () => {
    const facts = withOutside(installed(NGINX), { throughProxy: 'HTTP 502' });
    expect(planned(facts, NGINX)).toEqual({ 'well-known': ['await-proxy'] });
  });
  it('waits for the website that is elsewhere by itself', () => {
    const names = {
      'example.org': { a: ['198.51.100.9'], aaaa: [] },
      'matrix.example.org': { a: ['203.0.113.7'], aaaa: [] },
    };
    const facts = withOutside(installed(NGINX), { wellKnownPublished: false, names });
    expect(planned(facts, NGINX)['well-known']).toContain('await-well-known');
    expect(planned(facts, NGINX)['well-known']).not.toContain('await-proxy');
  });
  it('proves a login once the proxy leads here', () => {
    const pending = withHost(installed(NGINX), { adminMark: 'pending @admin:example.org\n' });
    expect(planned(pending, NGINX)).toEqual({ admin: ['prove-admin-login'] });
    const shut = withOutside(pending, { throughProxy: 'refused' });
    expect(planned(shut, NGINX).admin).toBeUndefined();
  });
});

describe('a change of mind', () => {
  it('from ports of its own to a proxy: files, then Caddy anew', () => {
    const facts = withOutside(installed(), { throughProxy: 'refused' });
    expect(planned(facts, NGINX)).toEqual({
      homeserver: ['make-directories', 'write-files'],
      database: ['write-files'],
      'well-known': ['write-files', 'start-services', 'await-healthy', 'await-proxy'],
    });
    expect(stopping(facts, NGINX)).toEqual([]);
  });
  it('and back: the lines for the proxy go', () => {
    const facts = installed(NGINX);
    const plan = planned(facts, {});
    expect(plan['well-known']).toEqual(['write-files', 'remove-files', 'start-services', 'await-healthy']);
    const [gone] = planSteps(STEPS, goalFor(facts), facts)
      .flatMap(({ changes }) => changes)
      .filter(({ kind }) => kind === 'remove-files');
    expect(gone && describeChange(gone)).toBe(
      `remove ${PATHS.proxy}/nginx.conf, ${PATHS.proxy}/nginx-domain.conf, which nothing needs any more`,
    );
  });
  it('is refused, on a later run too, while somebody holds the ports', () => {
    const facts = withHost(installed(NGINX), { listeners: OWN_NGINX });
    expect(stopping(facts, {})).toEqual(['MB-HOST-PORT', 'MB-HOST-PORT']);
    const other = withHost(installed(), { listeners: [listener(8008, 'java')] });
    expect(stopping(other, NGINX)).toEqual(['MB-HOST-PORT']);
  });
  it('from one program to another: only its lines change', () => {
    const caddy = { proxy: { ...NGINX.proxy, software: 'caddy' } } as const;
    expect(planned(installed(NGINX), caddy)).toEqual({
      homeserver: ['write-files'],
      'well-known': ['write-files', 'remove-files'],
    });
  });
});
