import type { Answers } from '../../src/answers/answers.ts';
import type { HostFacts } from '../../src/host/facts/index.ts';
import type { Facts, OutsideFacts } from '../../src/plan/facts.ts';

/** Parts of facts to lay over a default; one level deep is enough for every table. */
export type Over<T> = {
  readonly [K in keyof T]?: T[K] extends readonly unknown[] | string ? T[K] : Partial<T[K]>;
};

const over = <T extends object>(base: T, parts: Over<T>): T => {
  const result = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(parts)) {
    const before = result[key];
    const merge =
      typeof before === 'object' && before !== null && !Array.isArray(before) && !Array.isArray(value);
    result[key] = merge ? { ...before, ...(value as object) } : value;
  }
  return result as T;
};

/** A fresh Debian 13 VPS with nothing on it. */
const FRESH: HostFacts = {
  os: { id: 'debian', version: '13', codename: 'trixie', pretty: 'Debian GNU/Linux 13 (trixie)' },
  machine: {
    arch: 'x86_64',
    dpkgArch: 'amd64',
    vcpus: 4,
    memoryMib: 7900,
    clock: 1_700_000_000,
    bootId: 'b0000000-0000-0000-0000-000000000000',
    hostname: 'vps',
    machineId: '0123456789abcdef0123456789abcdef',
  },
  seenAt: 1_700_000_000,
  disks: [
    { path: '/opt/matrix-bastion', mount: '/', freeMib: 200_000, sizeMib: 240_000, freeInodes: 10_000_000 },
    { path: '/var/lib/docker', mount: '/', freeMib: 200_000, sizeMib: 240_000, freeInodes: 10_000_000 },
  ],
  addresses: ['203.0.113.7'],
  routerAdvertisements: [],
  listeners: [],
  packages: {
    installed: {},
    candidates: {},
    audit: '',
    cloudInit: '',
    lockHolder: '',
    dockerSources: [],
    ownSource: '',
    ownSourceFile: false,
    authorities: true,
  },
  docker: {
    binary: '',
    engine: '',
    compose: '',
    error: '',
    rootless: false,
    daemonJson: '',
    daemonJsonMode: 0o644,
    daemonJsonStale: false,
    dockerd: false,
    foreignContainers: 0,
  },
  containers: [],
  files: {},
  handEdits: {},
  storedAnswers: '',
  domainHere: '',
  imageLock: '',
  loadedCaddyfile: '',
  validatedConfig: '',
  federationProved: '',
  adminMark: '',
  moderationMark: '',
  refusedBots: [],
  databaseBorn: '',
  databaseOnDisk: '',
  keptDatabases: [],
  foreignOwners: [],
  databaseSharers: [],
  plannedBox: '',
  downtime: '',
  restoreMark: '',
  backups: {},
  confd: {},
  upgradeRecord: '',
  nextImages: '',
  databaseOf: '',
  databaseAuthority: '',
  databaseCertificate: '',
  database: {
    answers: false,
    serverVersion: '',
    systemIdentifier: '',
    encoding: '',
    collate: '',
    ctype: '',
    passwordAgrees: false,
    admins: [],
    schema: undefined,
    compat: undefined,
    backgroundUpdates: 0,
  },
};

const OUTSIDE: OutsideFacts = {
  clock: 1_700_000_000,
  target: ['203.0.113.7'],
  names: {
    'example.org': { a: ['203.0.113.7'], aaaa: [] },
    'matrix.example.org': { a: ['203.0.113.7'], aaaa: [] },
  },
  certificates: {},
  wellKnownPublished: false,
};

export const hostFacts = (parts: Over<HostFacts> = {}): HostFacts => over(FRESH, parts);

export const someFacts = (host: Over<HostFacts> = {}, outside: Over<OutsideFacts> = {}): Facts => ({
  host: hostFacts(host),
  outside: over(OUTSIDE, outside),
});

export const someAnswers = (parts: Partial<Answers> = {}): Answers => ({
  domain: 'example.org',
  matrixHost: 'matrix.example.org',
  tier: 'garrison',
  rooms: 20,
  admin: 'admin',
  dockerSource: 'docker',
  publicAddress: [],
  federateWith: [],
  federation: 'open',
  federationAllow: [],
  registration: 'closed',
  ...parts,
});
