import { clientDirectories } from './client/files.ts';
import type { RenderedDirectory, RenderInput } from './desired.ts';
import { type Account, PATHS, ROOT } from './layout.ts';
import { botDirectories } from './moderation.ts';
import { workersOf } from './workers.ts';

const directory = (path: string, owner: Account, mode: number): RenderedDirectory => ({ path, owner, mode });

/**
 * Every folder below the root, parents first. What only one container may see belongs to its user with 0700;
 * folders of configuration are root's, so that no container can change what it is told.
 */
const DIRECTORIES: readonly RenderedDirectory[] = [
  directory(ROOT, 'root', 0o755),
  directory(PATHS.state, 'root', 0o700),
  directory(`${ROOT}/secrets`, 'root', 0o700),
  directory(PATHS.synapseSecrets, 'synapse', 0o700),
  directory(PATHS.postgresSecrets, 'postgres', 0o700),
  directory(PATHS.redisSecrets, 'redis', 0o700),
  directory(`${ROOT}/synapse`, 'root', 0o755),
  directory(PATHS.synapseConfig, 'root', 0o755),
  // The operator's: made once, never changed again.
  { ...directory(PATHS.confd, 'root', 0o755), operators: true },
  directory(PATHS.synapseKeys, 'synapse', 0o700),
  directory(PATHS.synapseData, 'synapse', 0o700),
  directory(PATHS.synapseTmp, 'synapse', 0o700),
  directory(`${ROOT}/postgres`, 'root', 0o755),
  directory(PATHS.postgresHome, 'root', 0o755),
  directory(`${ROOT}/redis`, 'root', 0o755),
  directory(PATHS.redisConfig, 'root', 0o755),
  directory(PATHS.redisData, 'redis', 0o700),
  directory(`${ROOT}/caddy`, 'root', 0o755),
  directory(PATHS.caddyConfig, 'root', 0o755),
  directory(PATHS.caddyData, 'caddy', 0o700),
  directory(PATHS.wellKnown, 'root', 0o755),
];

/** Only with the database on this machine. */
const OF_POSTGRES: readonly string[] = [`${ROOT}/postgres`, PATHS.postgresHome, PATHS.postgresSecrets];

/** The folders that these answers need, parents first. */
export const directoriesOf = ({ answers, database, budget }: RenderInput): RenderedDirectory[] => [
  ...DIRECTORIES.filter(({ path }) => database.kind === 'here' || !OF_POSTGRES.includes(path)),
  ...(answers.proxy === undefined ? [] : [directory(PATHS.proxy, 'root', 0o755)]),
  ...(workersOf(budget).length > 0 ? [directory(PATHS.workers, 'root', 0o755)] : []),
  ...clientDirectories(answers),
  ...botDirectories(answers),
];
