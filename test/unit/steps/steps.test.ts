import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import type { ChangeKind } from '../../../src/plan/change.ts';
import { describeChange } from '../../../src/plan/describe.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { isEmpty, planSteps } from '../../../src/plan/plan.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { STEPS } from '../../../src/steps/index.ts';
import { someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const planned = (facts: Facts, answers: Partial<Answers> = {}) =>
  planSteps(STEPS, goalFor(facts, answers), facts);

const kinds = (facts: Facts, step: string, answers: Partial<Answers> = {}): ChangeKind[] =>
  planned(facts, answers)
    .find(({ id }) => id === step)
    ?.changes.map(({ kind }) => kind) ?? [];

describe('the plan of a fresh machine', () => {
  const plan = planned(someFacts());

  it('has work in each of the six steps, in this order', () => {
    expect(plan.map(({ id, changes }) => [id, changes.length > 0])).toEqual([
      ['docker', true],
      ['homeserver', true],
      ['database', true],
      ['well-known', true],
      ['federation', true],
      ['admin', true],
    ]);
  });

  it('describes every change in one line without a secret', () => {
    for (const change of plan.flatMap(({ changes }) => changes)) {
      expect(describeChange(change)).toMatch(/^[^\n]{5,}$/);
    }
  });

  it('creates the key and the secrets before the configuration is validated', () => {
    const order = kinds(someFacts(), 'homeserver');
    expect(order.indexOf('create-secrets')).toBeLessThan(order.indexOf('write-synapse-config'));
    expect(order.indexOf('create-signing-key')).toBeLessThan(order.indexOf('write-synapse-config'));
    expect(order.indexOf('pull-images')).toBeLessThan(order.indexOf('create-signing-key'));
  });

  it('takes away what a killed shell has left beside secrets, keys and files, and nothing else', () => {
    const file = { type: 'file', mode: 0o600, uid: 991, gid: 991, size: 65 } as const;
    const left = [
      `${PATHS.root}/secrets/synapse/redis_password.new.5366`,
      `${PATHS.synapseKeys}/.generate.aB3xYz`,
      `${PATHS.root}/.matrix-bastion-stage.abcDEF12`,
      `${PATHS.root}/caddy/config/.matrix-bastion-stage.abcDEF12`,
    ];
    const others = [
      `${PATHS.root}/secrets/synapse/redis_password`,
      `${PATHS.root}/secrets/synapse/my.new.idea`,
      `${PATHS.synapseKeys}/signing.key`,
      `${PATHS.synapseKeys}/.generate.aB3xYz/homeserver.yaml`,
      `${PATHS.root}/synapse/conf.d/50-mine.yaml.new.1`,
    ];
    const facts = installed();
    const files = { ...facts.host.files };
    for (const path of [...left, ...others]) files[path] = file;
    const found = planned({ ...facts, host: { ...facts.host, files } }).find(({ id }) => id === 'homeserver');
    expect(found?.changes[0]).toEqual({ kind: 'clear-leftovers', paths: left });
    expect(planned(installed()).flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('starts the stores before Synapse, and waits for them', () => {
    expect(kinds(someFacts(), 'database')).toEqual([
      'write-files',
      'create-database',
      'start-services',
      'set-database-password',
      'await-healthy',
      'start-services',
      'await-healthy',
    ]);
  });
});

describe('the plan of a finished machine', () => {
  it('is empty', () => {
    expect(planned(installed()).flatMap(({ changes }) => changes)).toEqual([]);
    expect(isEmpty(planned(installed()))).toBe(true);
  });

  it.each<[string, (facts: Facts) => Facts, string, ChangeKind[]]>([
    [
      'a hand edit of compose.yaml',
      drift(PATHS.compose, { sha256: 'f'.repeat(64) }),
      'database',
      ['write-files'],
    ],
    [
      'a homeserver.yaml with another mode',
      drift(PATHS.homeserver, { mode: 0o644 }),
      'homeserver',
      ['write-synapse-config'],
    ],
    [
      'a signing key that belongs to root',
      drift(PATHS.signingKey, { uid: 0 }),
      'homeserver',
      ['repair-owners'],
    ],
    [
      'a conf.d file that Synapse cannot read',
      add(`${PATHS.confd}/a.txt`, { mode: 0o600, uid: 0, gid: 0 }),
      'homeserver',
      ['repair-owners'],
    ],
    [
      'a data folder with another owner',
      drift(PATHS.synapseData, { uid: 0 }),
      'homeserver',
      ['make-directories'],
    ],
    [
      'an emptied secret',
      drift(`${PATHS.synapseSecrets}/form_secret`, { size: 0 }),
      'homeserver',
      ['create-secrets'],
    ],
    [
      'a new conf.d file',
      add(`${PATHS.confd}/a.yaml`, { mode: 0o644, uid: 0, gid: 0, sha256: 'e'.repeat(64) }),
      'homeserver',
      ['write-synapse-config'],
    ],
    [
      'a stopped Postgres',
      container('postgres', { state: 'exited' }),
      'database',
      ['start-services', 'set-database-password', 'await-healthy'],
    ],
    [
      'a Synapse that was made by hand from another compose.yaml',
      container('synapse', { drifted: true }),
      'database',
      ['start-services', 'await-healthy'],
    ],
    [
      'a database role whose password is another',
      (facts) => ({
        ...facts,
        host: { ...facts.host, database: { ...facts.host.database, passwordAgrees: false } },
      }),
      'database',
      ['set-database-password'],
    ],
    ['an ill Synapse', container('synapse', { health: 'unhealthy' }), 'database', ['await-healthy']],
    [
      'an old image of Caddy',
      container('caddy', { image: 'caddy:1' }),
      'well-known',
      ['start-services', 'await-healthy'],
    ],
    [
      'a Caddyfile that was not loaded',
      (facts) => ({ ...facts, host: { ...facts.host, loadedCaddyfile: '' } }),
      'well-known',
      ['reload-caddy'],
    ],
    [
      'a certificate that expired',
      (facts) => ({ ...facts, outside: { ...facts.outside, certificates: {} } }),
      'well-known',
      ['await-certificate'],
    ],
    [
      'a federation that is red',
      (facts) => ({ ...facts, outside: { ...facts.outside, federation: { verdict: 'red', seen: '' } } }),
      'federation',
      ['check-federation'],
    ],
    [
      'an administrator whose login was not proved',
      (facts) => ({ ...facts, host: { ...facts.host, adminMark: 'pending @admin:example.org\n' } }),
      'admin',
      ['prove-admin-login'],
    ],
  ])('repairs %s and nothing else', (_name, change, step, expected) => {
    const facts = change(installed());
    const changed = planned(facts).filter(({ changes }) => changes.length > 0);
    expect(changed.map(({ id }) => id)).toContain(step);
    expect(kinds(facts, step)).toEqual(expected);
  });

  it('leaves an administrator alone that is there without a mark', () => {
    expect(kinds(installed(), 'admin')).toEqual([]);
  });
});

describe('step 1', () => {
  it.each<[string, Parameters<typeof someFacts>[0], Partial<Answers>, ChangeKind[]]>([
    ['a fresh Debian', {}, {}, ['docker-repository', 'install-packages', 'start-docker']],
    [
      'a fresh Debian, distribution packages',
      {},
      { dockerSource: 'distro' },
      ['install-packages', 'start-docker'],
    ],
    [
      'an engine that is there',
      { docker: { binary: '/usr/bin/docker', engine: '28.0.1', compose: '2.30.0' } },
      {},
      [],
    ],
    [
      'an engine without Compose',
      {
        docker: { binary: '/usr/bin/docker', engine: '28.0.1' },
        packages: { installed: { 'docker-ce': '5:28', 'docker-ce-cli': '5:28', 'containerd.io': '1.7' } },
      },
      {},
      ['docker-repository', 'install-packages'],
    ],
    [
      'a running cloud-init',
      { packages: { cloudInit: 'running' } },
      {},
      ['wait-for-cloud-init', 'docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      'a half-configured dpkg',
      { packages: { audit: 'The following packages are only half configured' } },
      {},
      ['repair-dpkg', 'docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      "Docker's engine, running while its package is half configured",
      {
        docker: { binary: '/usr/bin/docker', dockerd: true, engine: '28.0.1', compose: '2.30.0' },
        packages: { audit: ' docker-ce', ownSource: 'x', ownSourceFile: true },
      },
      {},
      ['repair-dpkg'],
    ],
    [
      'a learned IPv6 route',
      { routerAdvertisements: [{ dev: 'eth0', acceptRa: 1 }] },
      {},
      ['keep-ipv6-route', 'docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      "Debian's engine, stopped",
      {
        docker: { binary: '/usr/bin/docker', dockerd: true },
        packages: { installed: { 'docker.io': '26.1.5' } },
      },
      {},
      ['start-docker'],
    ],
    [
      "Docker's engine with an old Compose",
      {
        docker: { binary: '/usr/bin/docker', dockerd: true, engine: '28.0.1', compose: '2.17.3' },
        packages: {
          installed: {
            'docker-ce': '5:28',
            'docker-ce-cli': '5:28',
            'containerd.io': '1.7',
            'docker-compose-plugin': '2.17.3',
          },
        },
      },
      {},
      ['docker-repository', 'install-packages'],
    ],
    [
      'our own source of an earlier try with another repository',
      { packages: { ownSource: 'URIs: https://elsewhere/\n', ownSourceFile: true } },
      {},
      ['docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      'our own source of an earlier try, and now the distribution',
      { packages: { ownSource: 'URIs: https://elsewhere/\n', ownSourceFile: true } },
      { dockerSource: 'distro' },
      ['remove-docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      "Docker's repository set up by somebody else",
      { packages: { dockerSources: ['/etc/apt/sources.list.d/docker.list'] } },
      {},
      ['install-packages', 'start-docker'],
    ],
    [
      'the same, beside a source of ours',
      {
        packages: {
          dockerSources: ['/etc/apt/sources.list.d/docker.list'],
          ownSource: 'URIs: https://elsewhere/\n',
          ownSourceFile: true,
        },
      },
      {},
      ['remove-docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      'the same, and a mirror is asked for',
      { packages: { dockerSources: ['/etc/apt/sources.list.d/docker.list'] } },
      { dockerMirror: { url: 'https://mirror.example.org/docker', fingerprint: 'A'.repeat(40) } },
      ['docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      "the distribution's engine in order, and a source of an earlier try",
      {
        docker: { binary: '/usr/bin/docker', dockerd: true, engine: '28.0.1', compose: '2.30.0' },
        packages: { installed: { 'docker.io': '28.0.1' }, ownSourceFile: true },
      },
      {},
      ['remove-docker-repository'],
    ],
    [
      "Docker's engine in order, and our source is of another mirror",
      {
        docker: { binary: '/usr/bin/docker', dockerd: true, engine: '28.0.1', compose: '2.30.0' },
        packages: {
          installed: { 'docker-ce': '5:28' },
          ownSource: 'URIs: https://elsewhere/\n',
          ownSourceFile: true,
        },
      },
      {},
      ['docker-repository'],
    ],
    [
      'no certificate authorities',
      { packages: { authorities: false } },
      {},
      ['install-packages', 'docker-repository', 'install-packages', 'start-docker'],
    ],
    [
      'a network manager that listens to the router itself',
      {
        routerAdvertisements: [{ dev: 'eth0', acceptRa: 0 }],
        docker: { binary: '/usr/bin/docker', engine: '28.0.1', compose: '2.30.0' },
      },
      {},
      [],
    ],
    [
      'a daemon.json that the running engine has not read',
      {
        addresses: ['2001:db8::7'],
        docker: {
          binary: '/usr/bin/docker',
          engine: '26.1.5',
          compose: '2.26.1',
          daemonJson: '{"ip6tables":true}',
          daemonJsonStale: true,
        },
      },
      {},
      ['docker-daemon-config'],
    ],
    [
      'an engine before 27 with IPv6',
      {
        addresses: ['203.0.113.7', '2001:db8::7'],
        docker: { binary: '/usr/bin/docker', engine: '26.1.5+dfsg1', compose: '2.26.1' },
      },
      {},
      ['docker-daemon-config'],
    ],
    [
      "a fresh Debian 13 with IPv6, Debian's engine 26",
      { addresses: ['203.0.113.7', '2001:db8::7'] },
      { dockerSource: 'distro' },
      ['docker-daemon-config', 'install-packages', 'start-docker'],
    ],
    [
      'the same beside other containers',
      {
        addresses: ['2001:db8::7'],
        docker: { binary: '/usr/bin/docker', engine: '26.1.5', compose: '2.26.1', foreignContainers: 2 },
      },
      {},
      [],
    ],
  ])('%s', (_name, host, answers, expected) => {
    expect(kinds(someFacts(host), 'docker', answers)).toEqual(expected);
  });
});

it('keeps the lines of interfaces that are right already', () => {
  const facts = someFacts({
    routerAdvertisements: [
      { dev: 'eth0', acceptRa: 2 },
      { dev: 'eth1', acceptRa: 1 },
    ],
  });
  const [change] = planned(facts)[0]?.changes ?? [];
  expect(change).toEqual({ kind: 'keep-ipv6-route', devices: ['eth0', 'eth1'] });
});

function drift(path: string, parts: object) {
  return (facts: Facts): Facts => {
    const before = facts.host.files[path];
    if (!before) throw new Error(`${path} is not in the facts`);
    return {
      ...facts,
      host: { ...facts.host, files: { ...facts.host.files, [path]: { ...before, ...parts } } },
    };
  };
}

function add(path: string, file: { mode: number; uid: number; gid: number; sha256?: string }) {
  return (facts: Facts): Facts => ({
    ...facts,
    host: { ...facts.host, files: { ...facts.host.files, [path]: { type: 'file', size: 1, ...file } } },
  });
}

function container(service: string, parts: object) {
  return (facts: Facts): Facts => ({
    ...facts,
    host: {
      ...facts.host,
      containers: facts.host.containers.map((one) => (one.service === service ? { ...one, ...parts } : one)),
    },
  });
}

describe('a plan that narrows federation', () => {
  const lines = (facts: Facts, answers: Partial<Answers>) =>
    planned(facts, answers)
      .flatMap(({ changes }) => changes)
      .map(describeChange);
  const closed: Partial<Answers> = { federation: 'closed' };
  const seen = { rooms: 3, servers: 2, largest: [], named: [], invitedHere: 0, invitedAway: 0 };

  it('says that it is dangerous, and what it takes away', () => {
    const narrowing = { ...installed(), narrowing: { seen } };
    expect(lines(narrowing, closed).join('\n')).toContain(
      'DANGEROUS: it narrows federation, and 3 rooms lose the people of 2 servers',
    );
    const unseen = { ...installed(), narrowing: {} };
    expect(lines(unseen, closed).join('\n')).toContain('what that cuts off could not be counted');
  });
  it('says nothing of it when it does not, or when all is done', () => {
    expect(lines(installed(), closed).join('\n')).not.toContain('DANGEROUS');
    expect(lines({ ...installed(closed), narrowing: { seen } }, closed)).toEqual([]);
  });
});

describe('a server that does not talk to everybody', () => {
  const closed: Partial<Answers> = { federation: 'closed' };
  const seen = (shutOut?: boolean): Facts => {
    const { outside, ...facts } = installed(closed);
    const { shutOut: _, ...rest } = outside;
    return { ...facts, outside: { ...rest, ...(shutOut !== undefined && { shutOut }) } };
  };

  it('is asked from outside as a stranger while it is not known to refuse', () => {
    expect(kinds(seen(true), 'federation', closed)).toEqual([]);
    expect(kinds(seen(false), 'federation', closed)).toEqual(['check-shut-out']);
    expect(kinds(seen(), 'federation', closed)).toEqual(['check-shut-out']);
    expect(kinds(installed(), 'federation')).toEqual([]);
  });
});
