import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { EXIT } from '../../../src/errors.ts';
import type { Facts, HostFacts, OutsideFacts, UpgradeLook } from '../../../src/plan/facts.ts';
import { NOTHING_SAID } from '../../../src/plan/goal.ts';
import { noWayBack } from '../../../src/plan/preflight/release.ts';
import { preflight, stopsRun } from '../../../src/plan/preflight.ts';
import { ONE_WAY } from '../../../src/releases/consents.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { type Over, someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

type Row = [
  name: string,
  host: Over<HostFacts>,
  outside: Over<OutsideFacts>,
  answers: Partial<Answers>,
  codes: string[],
];

const file = { type: 'file', mode: 0o600, uid: 0, gid: 0, size: 3 } as const;
const otherHost = { 'matrix.example.org': { a: ['198.51.100.1'], aaaa: [] } };

const MB = 1024 ** 2;
const NO_TIMER = { systemd: true, files: {}, running: false, next: '' };
const NO_POSTGRES = { age: false, media: 0, free: 2000 * MB, found: [], schedule: NO_TIMER };

const ROWS: Row[] = [
  ['a fresh Debian 13', {}, {}, {}, []],
  ['a processor without images', { machine: { arch: 'riscv64' } }, {}, {}, ['MB-HOST-ARCH']],
  [
    'a system that we cannot install Docker on',
    { os: { id: 'fedora', codename: '', pretty: 'Fedora 42' } },
    {},
    {},
    ['MB-HOST-OS'],
  ],
  [
    'the same with a usable engine',
    {
      os: { id: 'fedora', codename: '', pretty: 'Fedora 42' },
      docker: { binary: '/usr/bin/docker', engine: '28.0.1', compose: '2.30.0' },
    },
    {},
    {},
    [],
  ],
  [
    'Docker as a snap',
    { docker: { binary: '/snap/bin/docker', engine: '28.0.1', compose: '2.30.0' } },
    {},
    {},
    ['MB-DOCKER-SNAP'],
  ],
  [
    'Podman in disguise',
    { packages: { installed: { 'podman-docker': '4.3' } } },
    {},
    {},
    ['MB-DOCKER-PODMAN'],
  ],
  [
    'an engine that is too old',
    { docker: { binary: '/usr/bin/docker', engine: '19.3.15', compose: '2.30.0' } },
    {},
    {},
    ['MB-DOCKER-OLD'],
  ],
  [
    'Debian 12 with its own packages',
    { os: { version: '12', codename: 'bookworm', pretty: 'Debian 12' } },
    {},
    { dockerSource: 'distro' },
    ['MB-DOCKER-COMPOSE'],
  ],
  [
    "Debian 12 with Debian's engine there already",
    {
      os: { version: '12', codename: 'bookworm', pretty: 'Debian 12' },
      docker: { binary: '/usr/bin/docker', engine: '20.10.24' },
      packages: { installed: { 'docker.io': '20.10.24' } },
    },
    {},
    {},
    ['MB-DOCKER-COMPOSE'],
  ],
  [
    "Debian 12 with Debian's engine, stopped",
    {
      os: { version: '12', codename: 'bookworm', pretty: 'Debian 12' },
      docker: { binary: '/usr/bin/docker', dockerd: true },
      packages: { installed: { 'docker.io': '20.10.24+dfsg1-1' } },
    },
    {},
    {},
    ['MB-DOCKER-COMPOSE'],
  ],
  [
    'a stopped engine that is too old',
    {
      docker: { binary: '/usr/bin/docker', dockerd: true },
      packages: { installed: { 'docker-ce': '5:19.03.15~3-0' } },
    },
    {},
    {},
    ['MB-DOCKER-OLD'],
  ],
  [
    "Docker's engine, half-configured while it runs",
    {
      docker: { binary: '/usr/bin/docker', dockerd: true, engine: '28.0.1' },
      packages: { audit: 'The following packages are only half configured: docker-ce' },
    },
    {},
    {},
    [],
  ],
  [
    'an engine that no package brought, without Compose',
    { docker: { binary: '/usr/local/bin/docker', dockerd: true, engine: '28.0.1' } },
    {},
    {},
    ['MB-DOCKER-COMPOSE'],
  ],
  [
    'a timer for backups that was stopped',
    { backups: { timer: { running: false, state: 'inactive, enabled' } } },
    {},
    {},
    ['MB-BACKUP-SCHEDULE'],
  ],
  [
    'media where no backup looks',
    { confd: { [`${PATHS.confd}/50-mine.yaml`]: 'media_store_path: /mnt/media' } },
    {},
    {},
    ['MB-BACKUP-PARTIAL'],
  ],
  [
    'too little disk',
    { disks: [{ path: '/opt/matrix-bastion', mount: '/', freeMib: 900, sizeMib: 3000 }] },
    {},
    {},
    ['MB-HOST-DISK'],
  ],
  [
    'no inodes',
    {
      disks: [{ path: '/opt/matrix-bastion', mount: '/', freeMib: 90_000, sizeMib: 99_000, freeInodes: 12 }],
    },
    {},
    {},
    ['MB-HOST-INODES'],
  ],
  [
    'a file system without a number of inodes',
    { disks: [{ path: '/opt/matrix-bastion', mount: '/', freeMib: 90_000, sizeMib: 99_000 }] },
    {},
    {},
    [],
  ],
  ['a clock an hour ahead', { machine: { clock: 1_700_003_600 } }, {}, {}, ['MB-HOST-CLOCK']],
  ['a clock a minute behind', { machine: { clock: 1_699_999_940 } }, {}, {}, []],
  [
    'nginx on both ports',
    {
      listeners: [80, 443].map((port) => ({
        address: '0.0.0.0',
        port,
        protocol: 'tcp' as const,
        process: 'nginx',
        pid: 71,
      })),
    },
    {},
    {},
    ['MB-HOST-PORT', 'MB-HOST-PORT'],
  ],
  [
    'somebody on UDP 443',
    { listeners: [{ address: '0.0.0.0', port: 443, protocol: 'udp', process: 'wireguard', pid: 7 }] },
    {},
    {},
    [],
  ],
  ['a database without answers', { databaseOnDisk: '17\n' }, {}, {}, ['MB-DATA-FOREIGN']],
  ['a signing key without answers', { files: { [PATHS.signingKey]: file } }, {}, {}, ['MB-DATA-FOREIGN']],
  ["another domain's server", { storedAnswers: 'domain: example.com\n' }, {}, {}, ['MB-DATA-FOREIGN']],
  ['answers that cannot be read', { storedAnswers: '{' }, {}, {}, ['MB-DATA-FOREIGN']],
  [
    'our project run from another folder',
    {
      containers: [
        {
          service: 'postgres',
          state: 'running',
          health: 'healthy',
          image: '',
          config: '',
          startedAt: '',
          workingDir: '/srv/x',
          published: [],
          drifted: false,
        },
      ],
    },
    {},
    {},
    ['MB-DATA-FOREIGN'],
  ],
  [
    'no name',
    {},
    { names: { 'matrix.example.org': { a: [], aaaa: [], error: 'NXDOMAIN' } } },
    {},
    ['MB-DNS-MISSING'],
  ],
  ['a name that points elsewhere', {}, { names: otherHost }, {}, ['MB-DNS-ELSEWHERE']],
  [
    'a name that points elsewhere in IPv6 only',
    {},
    { names: { 'matrix.example.org': { a: ['203.0.113.7'], aaaa: ['2001:db8::bad'] } } },
    {},
    ['MB-DNS-ELSEWHERE'],
  ],
  ['a machine behind address translation', {}, { names: otherHost }, { publicAddress: ['198.51.100.1'] }, []],
  ["a name that points at the SSH target's address", { addresses: ['10.0.0.4'] }, {}, {}, []],
  [
    'several at once',
    { machine: { arch: 'riscv64', clock: 0 } },
    { names: otherHost },
    {},
    ['MB-HOST-ARCH', 'MB-HOST-CLOCK', 'MB-DNS-ELSEWHERE'],
  ],
];

describe('preflight', () => {
  it.each(ROWS)('%s', (_name, host, outside, answers, codes) => {
    const facts = someFacts(host, outside);
    const problems = preflight(goalFor(facts, answers), facts);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    for (const problem of problems) {
      expect(problem.what).toMatch(/\.$/);
      expect(problem.fix?.length).toBeGreaterThan(0);
      expect(problem.safe).toContain('Nothing was changed');
    }
  });

  it('names the process and its pid', () => {
    const facts = someFacts({
      listeners: [{ address: '0.0.0.0', port: 443, protocol: 'tcp', process: 'nginx', pid: 71 }],
    });
    expect(preflight(goalFor(facts), facts)[0]?.what).toBe('Port 443 is taken by nginx (pid 71).');
  });

  it('refuses, not fails, where data is in danger', () => {
    const facts = someFacts({ files: { [PATHS.signingKey]: file } });
    expect(preflight(goalFor(facts), facts)[0]?.exitCode).toBe(EXIT.refused);
  });

  it('finds nothing on a finished machine', () => {
    const facts = installed();
    expect(preflight(goalFor(facts), facts)).toEqual([]);
  });

  it.each<[string, Over<HostFacts>, string]>([
    ['a database disk that is not mounted', { databaseOnDisk: '' }, 'MB-DATABASE-LOST'],
    [
      'a database of an older major version, until it is said',
      { databaseOnDisk: '15\n' },
      'MB-UPGRADE-ACKNOWLEDGE',
    ],
    ['a database of a major version that is not known', { databaseOnDisk: '9\n' }, 'MB-DATABASE-MAJOR'],
    [
      'a database of an older major version whose image is not known',
      { databaseOnDisk: '15\n', imageLock: '' },
      'MB-DATABASE-MAJOR',
    ],
    ['a database of a newer major version', { databaseOnDisk: '18\n' }, 'MB-DATABASE-MAJOR'],
    [
      'a database that a container of another project has mounted',
      { databaseSharers: ['other-postgres-1'] },
      'MB-DATABASE-SHARED',
    ],
    [
      'a database that belongs to root after a copy by hand',
      { foreignOwners: [{ path: PATHS.postgresData, uid: 0, gid: 0 }] },
      'MB-DATA-OWNER',
    ],
    [
      'media that belong to root after a copy by hand',
      { foreignOwners: [{ path: `${PATHS.synapseData}/media_store/local_content`, uid: 0, gid: 0 }] },
      'MB-DATA-OWNER',
    ],
    ['another database in its place', { database: { systemIdentifier: '1' } }, 'MB-DATABASE-OTHER'],
    [
      'a root whose disk is not mounted',
      { storedAnswers: '', databaseOnDisk: '', databaseBorn: '', files: {} },
      'MB-DATA-MISSING',
    ],
    [
      'a Synapse newer than ours',
      { imageLock: `SYNAPSE_IMAGE=ghcr.io/element-hq/synapse:v9.0.0@sha256:${'a'.repeat(64)}\n` },
      'MB-VERSION-OLDER',
    ],
  ])('refuses %s', (_name, host, code) => {
    const finished = installed();
    const facts = {
      ...finished,
      host: { ...finished.host, ...host, database: { ...finished.host.database, ...host.database } },
    } as Facts;
    const problems = preflight(goalFor(facts), facts);
    expect(problems.map((one) => one.code)).toEqual([code]);
    expect(problems[0]?.exitCode).toBe(EXIT.refused);
    expect(problems[0]?.safe).toMatch(/^Nothing was changed/);
  });

  it('warns of backups, and goes on', () => {
    const { host, ...outside } = installed();
    const confd = { [`${PATHS.confd}/50-mine.yaml`]: 'media_store_path: /mnt/media' };
    const timer = { running: false, state: 'inactive, enabled' };
    const facts = { ...outside, host: { ...host, confd, backups: { timer } } };
    const found = preflight(goalFor(facts), facts);
    expect(found.map(({ code }) => code)).toEqual(['MB-BACKUP-SCHEDULE', 'MB-BACKUP-PARTIAL']);
    expect(found.map((one) => stopsRun(one, facts))).toEqual([false, false]);
    expect(found[0]?.what).toContain('the timer is set and does not run (inactive, enabled)');
    expect(found[1]?.what).toContain('media in /mnt/media (media_store_path in conf.d/50-mine.yaml)');
  });

  it.each<[string, string, Over<HostFacts['database']>, string[], string[]]>([
    ['the last but one', '1.163.1', {}, [], []],
    ['an older one whose changes nobody has acknowledged', '1.160.0', {}, [], ['MB-UPGRADE-ACKNOWLEDGE']],
    ['an older one whose changes are known', '1.160.0', {}, ['room-version-12'], []],
    ['one that nothing is known of', '1.99.0', {}, [], ['MB-UPGRADE-UNKNOWN']],
    ['one that is still busy', '1.163.1', { backgroundUpdates: 2 }, [], ['MB-UPGRADE-BACKGROUND']],
    ['the same one, busy', RELEASE.synapse, { backgroundUpdates: 2 }, [], []],
    ['a newer one', '2.0.0', { compat: 90 }, [], ['MB-VERSION-OLDER']],
    ['a newer one with a database that is too new', '2.0.0', { compat: 95 }, [], ['MB-VERSION-OLDER']],
  ])('upgrades from %s, or says why not', (_name, version, database, accepted, codes) => {
    const finished = installed();
    const imageLock = `SYNAPSE_IMAGE=ghcr.io/element-hq/synapse:v${version}@sha256:${'a'.repeat(64)}\n`;
    const host = { ...finished.host, imageLock, database: { ...finished.host.database, ...database } };
    const facts = { ...finished, host };
    const problems = preflight(goalFor(facts, {}, { accepted, withoutBackup: false }), facts);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    for (const one of problems) expect(one.stops).toBe('always');
  });

  it.each<[string, boolean, string, string[], number]>([
    ['there is one', true, 'db-host: root@db\n', [], 0],
    ['a backup is loaded here', false, '', [], 0],
    ['the database is elsewhere', false, 'db-host: root@db\n', [], 1],
    ['it is managed', false, 'database: postgresql://synapse@db/synapse\n', [], 1],
    ['there is a copy that somebody made', false, 'db-host: root@db\n', [ONE_WAY], 0],
  ])('asks for a way back unless %s', (_name, reversible, answers, accepted, problems) => {
    const { host } = installed();
    const upgrade = { from: '1', to: '2', schema: 1, reversible, withBackup: true, changes: [] };
    const goal = goalFor(installed(), {}, { accepted, withoutBackup: false });
    const found = noWayBack(upgrade, goal, { ...host, storedAnswers: `domain: example.org\n${answers}` });
    expect(found.map(({ code }) => code)).toEqual(Array(problems).fill('MB-UPGRADE-ONE-WAY'));
  });

  it.each<[string, Partial<UpgradeLook>, Partial<Answers>, boolean, string[]]>([
    ['with room for all of it', {}, {}, false, []],
    ['without room for the image', { dockerFree: 900 * MB }, {}, false, ['MB-UPGRADE-DISK']],
    // The image alone would fit.
    ['without room for both', { dockerFree: 1200 * MB }, {}, false, ['MB-UPGRADE-DISK']],
    ['on two disks', { dockerFree: 1200 * MB, oneDisk: false }, {}, false, []],
    ['with the image there', { dockerFree: 100 * MB, image: 0 }, {}, false, []],
    [
      'without room for the backup',
      {
        backup: {
          age: false,
          tables: 300 * MB,
          media: 0,
          free: 400 * MB,
          found: [],
          schedule: NO_TIMER,
        },
      },
      {},
      false,
      ['MB-BACKUP-DISK'],
    ],
    [
      'with a database elsewhere that is still busy',
      { elsewhere: { compat: 84, backgroundUpdates: 2 } },
      {},
      false,
      ['MB-UPGRADE-BACKGROUND'],
    ],
    ['with Postgres stopped', { backup: NO_POSTGRES }, {}, false, ['MB-BACKUP-DATABASE']],
    ['with Postgres stopped and no backup wanted', { backup: NO_POSTGRES }, {}, true, []],
  ])('looks before an upgrade: %s', (_name, look, answers, withoutBackup, codes) => {
    const finished = installed(answers);
    const imageLock = finished.host.imageLock.replace(RELEASE.synapse, '1.163.1');
    const facts: Facts = {
      ...finished,
      host: { ...finished.host, imageLock },
      upgrade: {
        backup: {
          age: false,
          tables: 300 * MB,
          media: 0,
          free: 2000 * MB,
          found: [],
          schedule: NO_TIMER,
        },
        image: 500 * MB,
        dockerFree: 2000 * MB,
        oneDisk: true,
        stateFree: 5000 * MB,
        memoryFree: 1000 * MB,
        ...look,
      },
    };
    const problems = preflight(goalFor(facts, answers, { accepted: [], withoutBackup }), facts);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    for (const one of problems) expect(one.safe).toMatch(/^Nothing was changed/);
  });

  it('wants a new Matrix host to be in the DNS before a live server moves to it', () => {
    const facts = installed();
    const problems = preflight(goalFor(facts, { matrixHost: 'chat.example.org' }), facts);
    expect(problems.map((one) => one.code)).toEqual(['MB-DNS-MISSING']);
  });

  it('never makes a new key where the database lost its own', () => {
    const facts = installed();
    const files = { ...facts.host.files };
    delete files[PATHS.signingKey];
    const without = { ...facts, host: { ...facts.host, files } };
    expect(preflight(goalFor(without), without).map(({ code }) => code)).toEqual(['MB-KEY-LOST']);
  });

  it('never makes a new key for a server that others have seen with one', () => {
    const fresh = someFacts({}, { recordedKeys: { 'ed25519:a_Old': 'A'.repeat(43) } });
    const [found, ...others] = preflight(goalFor(fresh), fresh);
    expect(found).toMatchObject({ code: 'MB-KEY-RECORDED', exitCode: EXIT.refused, stops: 'always' });
    expect(found?.why).toContain('ed25519:a_Old');
    expect(others).toEqual([]);
    const restored = someFacts(
      { files: { [PATHS.signingKey]: { type: 'file', mode: 0o600, uid: 991, gid: 991, size: 59 } } },
      { recordedKeys: { 'ed25519:a_Old': 'A'.repeat(43) } },
    );
    const codes = preflight(goalFor(restored), restored).map(({ code }) => code);
    expect(codes).not.toContain('MB-KEY-RECORDED');
  });

  it("takes the operator's copy of the key, and no other", () => {
    const recordedKeys = { 'ed25519:a_Old': 'A'.repeat(43) };
    const fresh = someFacts({}, { recordedKeys });
    const judged = (signingKey: Readonly<Record<string, string>>, facts = fresh) =>
      preflight(goalFor(facts, {}, { ...NOTHING_SAID, signingKey }), facts).map(({ code }) => code);
    expect(judged(recordedKeys)).toEqual([]);
    expect(judged({ 'ed25519:a_Old': 'B'.repeat(43) })).toEqual(['MB-KEY-OTHER']);
    expect(judged({ 'ed25519:a_New': 'A'.repeat(43) })).toEqual(['MB-KEY-OTHER']);
    expect(judged({ 'ed25519:a_New': 'A'.repeat(43) }, someFacts({}, {}))).toEqual([]);
    const facts = installed();
    const files = { ...facts.host.files };
    delete files[PATHS.signingKey];
    const lost = { ...facts, host: { ...facts.host, files }, outside: { ...facts.outside, recordedKeys } };
    expect(judged(recordedKeys, lost)).toEqual([]);
  });
});
