import { authority } from '../authority.ts';
import { docker } from '../engine.ts';
import { publishImage } from '../registry.ts';
import { hydrogenFiles } from './hydrogen.ts';
import { build } from './recipe.ts';
import { imageBase } from './rootfs.ts';
import type { Tools } from './tools.ts';

const caddyVersion = 'v2.11.9';

/** The Synapse versions that the world's registry has, the newest last. */
export const synapseVersions = ['1.160.0', '1.163.2'] as const;

export async function caddyImage(base: string, tools: Tools): Promise<void> {
  const files = { caddy: tools.caddy, 'ca.crt': authority.certificate };
  const image = await build({ name: 'caddy', folder: 'caddy', base, args: [caddyVersion], files });
  await publishImage(image, ['library/caddy:2.11', 'library/caddy:2.11.9', 'library/caddy:2']);
}

export async function redisImage(base: string): Promise<void> {
  const image = await build({ name: 'redis', folder: 'redis', base });
  const version = await fileIn(image, '/etc/redis-version');
  await publishImage(image, ['library/redis:8-alpine', `library/redis:${version}-alpine`]);
}

const buildPostgres = (base: string, major: '15' | '17'): Promise<string> =>
  build({ name: `postgres-${major}`, folder: 'postgres', base, args: [major], stopSignal: 'SIGINT' });

export async function postgresImage(base: string, major: '15' | '17'): Promise<void> {
  const image = await buildPostgres(base, major);
  const version = await fileIn(image, '/etc/postgres-version');
  await publishImage(image, [`library/postgres:${major}`, `library/postgres:${version}`]);
}

/**
 * Official images hold the packages that a version was tested with. These versions do not start with Redis and the
 * newest txredisapi (Synapse's CHANGES.md, 1.163.0, #20354).
 */
const heldBack: Readonly<Record<string, readonly string[]>> = { '1.160.0': ['txredisapi<1.6.0'] };

async function synapseImage(base: string, version: (typeof synapseVersions)[number]): Promise<string> {
  const newest = await build({ name: `synapse-${version}`, folder: 'synapse', base, args: [version] });
  const packages = heldBack[version];
  if (packages === undefined) return newest;
  return build({
    name: `synapse-${version}-held-back`,
    folder: 'synapse-held-back',
    base: newest,
    args: packages,
    entered: true,
  });
}

const synapseBase = (base: string) => build({ name: 'synapse-base', folder: 'synapse-base', base });

export async function synapseImages(base: string): Promise<void> {
  const shared = await synapseBase(base);
  await Promise.all(
    synapseVersions.map(async (version) => {
      await publishImage(await synapseImage(shared, version), [`element-hq/synapse:v${version}`]);
    }),
  );
}

/**
 * Publishes a broken Synapse under a version that upstream never had; made when a test asks for it.
 * @param where what it cannot do: bring a database to its form, `start`, or `send` what a person says
 * @param compat what one that does not start makes of the database before: one that needs at least this SCHEMA_VERSION
 */
export async function publishBrokenSynapse(
  version: string,
  where: 'schema' | 'start' | 'send',
  compat?: number,
): Promise<void> {
  const shared = await synapseBase(await imageBase('trixie'));
  const image = await build({
    name: `synapse-broken-${version}`,
    folder: 'synapse-broken',
    base: await synapseImage(shared, '1.163.2'),
    args: [where, version, ...(compat === undefined ? [] : [String(compat)])],
    entered: true,
  });
  await publishImage(image, [`element-hq/synapse:v${version}`]);
}

/** Publishes a Postgres of this major that can make no database and does not start; made when a test asks for it. */
export async function publishBrokenPostgres(major: '16'): Promise<void> {
  const image = await build({
    name: `postgres-broken-${major}`,
    folder: 'postgres-broken',
    base: await buildPostgres(await imageBase('trixie'), '17'),
    args: [major],
    entered: true,
  });
  await publishImage(image, [`library/postgres:${major}`]);
}

/**
 * Stand-ins of the web clients: their servers and paths, and in the place of the client another one, Hydrogen, which
 * reads their configuration. Made when a test asks.
 * @param cinny a tar file of Cinny's own site, where somebody has built it
 */
export async function publishWebClients(cinny?: string): Promise<void> {
  const base = await build({ name: 'nginx', folder: 'nginx', base: await imageBase('trixie') });
  const hydrogen = await hydrogenFiles();
  const element = await build({
    name: 'element',
    folder: 'element',
    base,
    args: ['1.12.26'],
    files: { 'client.tar': hydrogen },
  });
  await publishImage(element, ['element-hq/element-web:v1.12.26']);
  const files = { 'client.tar': cinny ?? hydrogen };
  await publishImage(await build({ name: 'cinny', folder: 'cinny', base, files }), [
    'cinnyapp/cinny:v4.12.6',
  ]);
}

/** Stand-ins of the moderation bots: their configuration, their answers to Synapse's module. Made when a test asks. */
export async function publishModerationBots(): Promise<void> {
  const base = await imageBase('trixie');
  const image = (bot: string) => build({ name: bot, folder: 'moderation-bot', base, args: [bot] });
  await publishImage(await image('draupnir'), ['the-draupnir-project/draupnir:v3.1.0']);
  await publishImage(await image('mjolnir'), ['matrixdotorg/mjolnir:v1.12.1']);
}

/** matrix-nio on the Python that Synapse's images have; built when a test asks for it. Returns the image's name. */
export async function nioImage(): Promise<string> {
  const base = await synapseBase(await imageBase('trixie'));
  return build({ name: 'nio', folder: 'nio', base, args: ['0.26.0'] });
}

/** A server that speaks S3 (moto) on the Python that Synapse's images have; built when a test asks for it. */
export async function s3Image(): Promise<string> {
  const base = await synapseBase(await imageBase('trixie'));
  return build({ name: 's3', folder: 's3', base, args: ['5.2.5'] });
}

async function fileIn(image: string, file: string): Promise<string> {
  const look = ['run', '--rm', '--network', 'none', '--entrypoint', 'cat'];
  return (await docker([...look, image, file])).trim();
}
