import { parseIp } from '../address/ip.ts';
import { dataEnvironment, POSTGRES_DATA } from '../releases/postgres.ts';
import type { Release } from '../releases/release.ts';
import type { DatabaseBudget } from '../sizing/budget.ts';
import type { Desired, RenderedDirectory, RenderedFile } from './desired.ts';
import { YamlTemplate } from './fill-yaml.ts';
import { hashOf } from './hash.ts';
import { CONFIG_LABEL, lockVariable, PATHS, ROOT, UID } from './layout.ts';
import { postgresCommand } from './postgres-command.ts';
import type { SecretFile } from './secrets.ts';
import { type Edits, settled } from './settled.ts';
import type { Templates } from './templates.ts';

/** On the machine that holds nothing but the database; what is not here is as on the other one (PATHS). */
export const DATABASE_BOX = {
  config: `${ROOT}/postgres/config`,
  hba: `${ROOT}/postgres/config/pg_hba.conf`,
  /** Certificates, which are public; the server's key is among the secrets. */
  tls: `${ROOT}/postgres/tls`,
  authority: `${ROOT}/postgres/tls/ca.crt`,
  certificate: `${ROOT}/postgres/tls/server.crt`,
  key: `${PATHS.postgresSecrets}/server.key`,
  password: `${PATHS.postgresSecrets}/password`,
  /** Whose database it is: `DOMAIN`. */
  owner: `${ROOT}/state/database.of`,
} as const;

/** How the two machines meet. */
export interface DatabaseMeeting {
  /** Name or address under which the first machine reaches the database. */
  readonly reachedAs: string;
  /** Address that Postgres binds. */
  readonly listen: string;
  /** Addresses of the first machine: nobody else gets to the password. */
  readonly clients: readonly string[];
}

export interface DatabaseBoxInput extends Edits {
  readonly domain: string;
  readonly budget: DatabaseBudget;
  readonly release: Release;
  readonly meeting: DatabaseMeeting;
}

/** Every address of the machine: where none that is its own is reached (address translation). */
const WILDCARD: readonly string[] = ['0.0.0.0', '::'];

/** Where the machine itself finds the server. */
const ownAddress = (listen: string): string => {
  if (!WILDCARD.includes(listen)) return listen;
  return listen === '::' ? '::1' : '127.0.0.1';
};

/** One address in CIDR form, checked again: it goes into a file that is no YAML. */
function hostCidr(address: string): string {
  const ip = parseIp(address);
  if (!ip) throw new Error(`not an address: ${JSON.stringify(address)}`);
  return `${address.toLowerCase()}/${ip.bits}`;
}

/**
 * Who may connect: the first machine, as its own role to its own database, encrypted, with the password. The rest is
 * turned away before a password is asked for, without encryption everybody.
 */
export function renderHba({ listen, clients }: DatabaseMeeting): string {
  const from = [...new Set([ownAddress(listen), ...clients])].map(hostCidr);
  return [
    '# Written by matrix-bastion; `init` writes it again. First match wins (PostgreSQL 17 manual, 20.1).',
    "# The container's own socket, where nobody else is.",
    'local   all     all                     trust',
    '# The health check, then the machine of the homeserver.',
    ...from.map((cidr) => `hostssl synapse synapse ${cidr} scram-sha-256`),
    'host    all     all     all             reject',
    '',
  ].join('\n');
}

/** Beside the settings of the budget. */
const ownSettings = ({ listen }: DatabaseMeeting): Readonly<Record<string, string>> => ({
  listen_addresses: listen,
  hba_file: '/config/pg_hba.conf',
  ssl: 'on',
  ssl_cert_file: '/tls/server.crt',
  ssl_key_file: '/secrets/server.key',
  // Both ends are ours, and of this decade.
  ssl_min_protocol_version: 'TLSv1.3',
  password_encryption: 'scram-sha-256',
});

const literal = (value: string): string => value.replaceAll('$', '$$$$');

const SERVICE = ['services', 'postgres'] as const;

function renderCompose({ budget, release, meeting }: DatabaseBoxInput, template: string, hba: string) {
  const yaml = new YamlTemplate(template);
  const { uid, gid } = UID.postgres;
  const fill = (key: string, value: Parameters<YamlTemplate['fill']>[1], ...rest: (string | number)[]) =>
    yaml.fill([...SERVICE, key, ...rest], value);
  fill('image', `\${${lockVariable('postgres')}:-${literal(release.images.postgres)}}`);
  fill('user', `${uid}:${gid}`);
  fill('environment', ownAddress(meeting.listen), 'LISTEN_ADDRESS');
  fill('command', postgresCommand(budget.postgres, ownSettings(meeting)).map(literal));
  fill('shm_size', `${budget.postgres.shm}m`);
  fill('volumes', POSTGRES_DATA, 0, 'target');
  for (const [name, value] of Object.entries(dataEnvironment(release) ?? {}))
    yaml.add([...SERVICE, 'environment'], name, value);
  fill('tmpfs', `/var/run/postgresql:uid=${uid},gid=${gid},mode=0700,size=16m`, 0);
  const hash = hashOf(yaml.read([...SERVICE]), hba);
  yaml.add([...SERVICE], 'labels', { [CONFIG_LABEL]: hash });
  return { text: yaml.text(), hash };
}

const directory = (path: string, mode: number, owner: RenderedDirectory['owner'] = 'root') => ({
  path,
  owner,
  mode,
});

const DIRECTORIES: readonly RenderedDirectory[] = [
  directory(ROOT, 0o755),
  directory(PATHS.state, 0o700),
  directory(`${ROOT}/secrets`, 0o700),
  directory(PATHS.postgresSecrets, 0o700, 'postgres'),
  directory(`${ROOT}/postgres`, 0o755),
  directory(PATHS.postgresHome, 0o755),
  directory(DATABASE_BOX.config, 0o755),
  directory(DATABASE_BOX.tls, 0o755),
];

/** Born on this machine; the password is handed to the first one, and is nowhere else. */
const DATABASE_BOX_SECRETS: readonly SecretFile[] = [
  { path: DATABASE_BOX.password, owner: 'postgres', kind: 'hex64' },
  {
    path: `${PATHS.postgresSecrets}/pgpass`,
    owner: 'postgres',
    kind: 'derived',
    from: { path: DATABASE_BOX.password, before: '*:5432:synapse:synapse:' },
  },
];

const readByAll = (path: string, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
});

/** The machine of the database as it ought to be, but for what is born on it. Pure. */
export function renderDatabaseBox(input: DatabaseBoxInput, templates: Templates): Desired {
  const hba = settled(
    {
      path: DATABASE_BOX.hba,
      content: renderHba(input.meeting),
      mode: 0o640,
      owner: 'root',
      group: 'postgres',
    },
    input,
  );
  const compose = renderCompose(input, templates['database.compose.yaml'], hba.content);
  return {
    directories: DIRECTORIES,
    files: [
      readByAll(DATABASE_BOX.owner, `${input.domain}\n`),
      settled(readByAll(PATHS.compose, compose.text), input),
      hba,
    ],
    secrets: DATABASE_BOX_SECRETS,
    services: ['postgres'],
    configHashes: { postgres: compose.hash },
    caddyfileDigest: '',
    images: input.release.images,
  };
}
