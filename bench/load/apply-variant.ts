import { parse } from 'yaml';
import type { BenchServer } from './server.ts';
import { type Difference, type Tuned, VARIANTS } from './variants.ts';

const OURS = '60-bench.yaml';

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[] }>>;
}

const read = async <T>(server: BenchServer, path: string): Promise<T> =>
  parse((await server.vps.exec(`cat /opt/matrix-bastion/${path}`)).stdout) as T;

/** Settings as `init` wrote them. */
export async function tunedSettings(server: BenchServer): Promise<Tuned> {
  const { database, caches } = await read<Pick<Tuned, 'database' | 'caches'>>(
    server,
    'synapse/config/homeserver.yaml',
  );
  const { services } = await read<ComposeFile>(server, 'compose.yaml');
  // Compose's own escape for a dollar sign comes back in as it is.
  return { database, caches, postgres: services.postgres?.command ?? [] };
}

/**
 * Makes all of Synapse, Postgres and Redis anew with a variant's settings: the database stays, every cache but the
 * kernel's is empty, for each variant alike. Files of the product are not touched.
 */
export async function applyVariant(server: BenchServer, name: string, tuned: Tuned): Promise<void> {
  const variant = VARIANTS[name];
  if (variant === undefined) throw new Error(`no variant ${name}`);
  const { synapse, services }: Difference = variant.of(tuned);
  await server.ownSettings(OURS, JSON.stringify(synapse));
  await server.vps.exec('cat >/opt/matrix-bastion/compose.override.yaml', {
    input: JSON.stringify({ services }),
  });
  await server.vps.exec(`cd /opt/matrix-bastion
all=$(docker compose config --services | grep -v '^caddy$')
docker compose up -d --force-recreate --wait --quiet-pull $all 2>&1`);
}
