import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

/** Whatever is costly to make lives outside the checkout, so that a fresh clone finds it again. */
export const cache = join(cacheHome, 'matrix-bastion', 'world');

/** What is true only while this world runs: a restart of the machine may empty it. Short, because socket paths are limited. */
export const run = '/run/matrix-bastion-world';

export const paths = {
  source: dirname(fileURLToPath(import.meta.url)),
  built: join(cache, 'built'),
  engineData: join(cache, 'engine'),
  registryData: join(cache, 'registry'),
  authority: join(cache, 'authority'),
  scratch: join(cache, 'scratch'),
  machines: join(cache, 'machines'),
  snapshots: join(cache, 'snapshots'),
  logs: join(cache, 'logs'),
  operator: join(cache, 'operator'),
  engineState: join(run, 'engine'),
  engineSocket: join(run, 'engine.sock'),
  processes: join(run, 'processes'),
  config: join(run, 'config'),
  trust: join(run, 'trust'),
  machineRecords: join(run, 'machines'),
} as const;

/** Addresses of the world's only network. The prefix is spelled without its last part. */
export const network = {
  name: 'world',
  bridge: 'mbworld0',
  namespace: 'mb-operator',
  operatorLink: 'mbworld-op',
  v4: '10.99.0',
  v6: 'fd6d:6278:99:',
  gateway4: '10.99.0.1',
  gateway6: 'fd6d:6278:99::1',
  operator4: '10.99.0.5',
  operator6: 'fd6d:6278:99::5',
  firstMachine: 10,
  lastMachine: 239,
  /** Above the last machine's: for those that ask for an address of their own. What lies above it is nobody's. */
  lastFixed: 249,
} as const;

/** Loopback ports, out of the way of what people run themselves. */
export const ports = { registry: 46000, acme: 46001, acmeManagement: 46002 } as const;

/** Every process of every container is below it, so that none can be missed. */
export const cgroup = 'matrix-bastion-world';
