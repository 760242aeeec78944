import { Resolver } from 'node:dns/promises';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { network, paths } from './paths.ts';
import { runs, signalDaemon, startDaemon, stillRuns, stopDaemon } from './processes.ts';
import { requireWorld } from './state.ts';
import { until } from './wait.ts';

export interface ServiceRecord {
  target: string;
  port: number;
  priority?: number;
  weight?: number;
}

/** What the world's DNS says of one name. */
export interface NameRecords {
  a?: string | readonly string[];
  aaaa?: string | readonly string[];
  srv?: readonly ServiceRecord[];
}

/**
 * A name whose CAA record allows one issuer, which is not Let's Encrypt. Always there: the server reads records of this kind
 * at its start only, and with another one it would start anew while others ask it.
 */
export const nameWithCaa = { name: 'matrix.crowded.test', issuer: 'ca.example' } as const;

/** Real names of the internet for which the world has a stand-in. */
export const publicNames = [
  'ghcr.io',
  'registry-1.docker.io',
  'auth.docker.io',
  'index.docker.io',
  'acme-v02.api.letsencrypt.org',
  'download.docker.com',
] as const;

/** What stays local when the real registries are used: certificates for test domains come from nowhere else. */
const localAlways: readonly string[] = ['acme-v02.api.letsencrypt.org'];

/** Everything below these is the world's alone: a name that it does not know does not exist. */
const ownDomains = ['example.org', 'example.net', 'example.com', 'example', 'test', 'letsencrypt.org'];
/** These too, unless the world is online. */
const standInDomains = ['docker.io', 'docker.com', 'ghcr.io'];

const zone = join(paths.config, 'names.json');
const hosts = join(paths.config, 'names.hosts');
const servers = join(paths.config, 'names.servers');
const settings = join(paths.config, 'names.conf');
const marker = 'revision.names.test';
const onlineMark = join(paths.config, 'online');

const isOnline = (): boolean => readIfThere(onlineMark) !== undefined;

/** Whether the registry's and Docker's names lead to the real ones. Takes effect at once. */
export const setOnline = (online: boolean): Promise<void> =>
  withLock(() => {
    if (online) put(onlineMark, '');
    else rmSync(onlineMark, { force: true });
    return publish(load());
  });

type Zone = Record<string, NameRecords>;

function load(): Zone {
  try {
    return JSON.parse(readFileSync(zone, 'utf8')) as Zone;
  } catch {
    return {};
  }
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** The domain that a name is in, so that no question about it leaves the world. */
const domainOf = (name: string) => name.split('.').slice(-2).join('.');

function write(names: Zone, revision: number): boolean {
  mkdirSync(paths.config, { recursive: true });
  const addresses = Object.entries(names).flatMap(([name, { a, aaaa }]) =>
    [...list(a), ...list(aaaa)].map((address) => `${address} ${name}`),
  );
  const online = isOnline();
  const fixed = (online ? localAlways : publicNames).map((name) => `${network.gateway4} ${name}`);
  // A question about this name tells whether the server has read the present files.
  const mark = `127.${(revision >> 16) & 255}.${(revision >> 8) & 255}.${revision & 255} ${marker}`;
  const domains = new Set([
    ...ownDomains,
    ...(online ? [] : standInDomains),
    ...Object.keys(names).map(domainOf),
  ]);
  const text = [
    'no-hosts',
    'no-daemon',
    'user=root',
    `listen-address=${network.gateway4}`,
    'bind-interfaces',
    'resolv-file=/etc/resolv.conf',
    `addn-hosts=${hosts}`,
    `servers-file=${servers}`,
    'local-ttl=0',
    'log-queries',
    ...Object.entries(names).flatMap(([name, { srv }]) =>
      (srv ?? []).map((s) => `srv-host=${name},${s.target},${s.port},${s.priority ?? 10},${s.weight ?? 5}`),
    ),
    `caa-record=${nameWithCaa.name},0,issue,${nameWithCaa.issuer}`,
  ].join('\n');
  put(zone, JSON.stringify(names, null, 2));
  put(hosts, `${[...fixed, ...addresses, mark].join('\n')}\n`);
  // Without an address: answered from here or not at all. A file that is read again knows no other spelling of it.
  put(servers, [...domains].map((domain) => `server=/${domain}/\n`).join(''));
  const restart = readIfThere(settings) !== `${text}\n`;
  put(settings, `${text}\n`);
  return restart;
}

function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function publish(names: Zone): Promise<void> {
  const revision = Number(readIfThere(join(paths.config, 'names.revision')) ?? 0) + 1;
  put(join(paths.config, 'names.revision'), String(revision));
  const restart = write(names, revision);
  if (restart || !runs('names')) {
    await stopDaemon('names');
    await startDaemon({
      name: 'names',
      command: 'dnsmasq',
      args: ['--keep-in-foreground', `--conf-file=${settings}`, '--log-facility=-'],
    });
  } else {
    signalDaemon('names', 'SIGHUP');
  }
  let asked = 0;
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([network.gateway4]);
  await until(
    'The name server',
    async () => {
      // A signal that comes while the files are being read is lost: every now and then it is sent again.
      asked += 1;
      if (asked % 10 === 0) signalDaemon('names', 'SIGHUP');
      if (!stillRuns('names')) return false;
      const [, ...parts] = ((await resolver.resolve4(marker))[0] ?? '').split('.').map(Number);
      // A later one will do: two changes of one process may be under way side by side.
      return parts.reduce((sum, part) => sum * 256 + part, 0) >= revision;
    },
    60_000,
  );
}

export const startNames = (): Promise<void> => (runs('names') ? Promise.resolve() : publish(load()));

/** Changes to the world's DNS; each has taken effect when its promise resolves. */
export const dns = {
  set: (name: string, records: NameRecords): Promise<void> =>
    withLock(() => {
      requireWorld();
      return publish({ ...load(), [name.toLowerCase()]: records });
    }),
  remove: (...names: string[]): Promise<void> =>
    withLock(() => {
      requireWorld();
      const gone = new Set(names.map((name) => name.toLowerCase()));
      return publish(Object.fromEntries(Object.entries(load()).filter(([name]) => !gone.has(name))));
    }),
  /** Every name that tests have set; the stand-ins for public names are not among them. */
  all: (): Record<string, NameRecords> => load(),
} as const;
