import { type Answers, MODERATION_BOTS, type ModerationBot } from '../answers/answers.ts';
import type { DatabasePlace } from './database-place.ts';
import { type Account, PATHS } from './layout.ts';
import { antispamSecretPath, SYNAPSE_ANTISPAM_SECRET } from './moderation.ts';

/** What a secret file holds. Every kind is one line of [0-9a-f] but for the derived ones, which are built of such. */
type SecretKind = 'hex64' | 'derived';

/** A file that is born on the machine, 0600, and never leaves it. */
export interface SecretFile {
  /** Absolute path on the host. */
  readonly path: string;
  readonly owner: Account;
  readonly kind: SecretKind;
  /** For a derived file: the secret that it is made from, and the text before and after it. */
  readonly from?: { readonly path: string; readonly before: string };
}

const born = (path: string, owner: Account): SecretFile => ({ path, owner, kind: 'hex64' });

const derived = (path: string, owner: Account, from: string, before: string): SecretFile => ({
  path,
  owner,
  kind: 'derived',
  from: { path: from, before },
});

const POSTGRES_PASSWORD = `${PATHS.postgresSecrets}/password`;
const REDIS_PASSWORD = `${PATHS.synapseSecrets}/redis_password`;

/**
 * Every secret of the deployment, sources before what is derived from them. 64 hex digits are 256 bits, and mean
 * themselves in every file that they are put into: pgpass (no `:` or `\`), redis.conf (no quote, no space), YAML is not involved.
 */
export const SECRET_FILES: readonly SecretFile[] = [
  born(`${PATHS.synapseSecrets}/macaroon_secret_key`, 'synapse'),
  born(`${PATHS.synapseSecrets}/form_secret`, 'synapse'),
  born(`${PATHS.synapseSecrets}/registration_shared_secret`, 'synapse'),
  born(`${PATHS.synapseSecrets}/worker_replication_secret`, 'synapse'),
  born(REDIS_PASSWORD, 'synapse'),
  born(POSTGRES_PASSWORD, 'postgres'),
  derived(PATHS.databasePassfile, 'synapse', POSTGRES_PASSWORD, 'postgres:5432:synapse:synapse:'),
  derived(
    `${PATHS.postgresSecrets}/pgpass`,
    'postgres',
    POSTGRES_PASSWORD,
    '127.0.0.1:5432:synapse:synapse:',
  ),
  derived(`${PATHS.redisSecrets}/auth.conf`, 'redis', REDIS_PASSWORD, 'requirepass '),
];

/** Whatever is for Postgres; with the database elsewhere its password comes from there. */
const OF_POSTGRES: readonly string[] = [
  POSTGRES_PASSWORD,
  `${PATHS.postgresSecrets}/pgpass`,
  PATHS.databasePassfile,
];

/** By which a moderation bot knows Synapse. Synapse's is the first: it stays when another bot comes. */
const ofBot = (bot: ModerationBot): readonly SecretFile[] => [
  born(SYNAPSE_ANTISPAM_SECRET, 'synapse'),
  derived(antispamSecretPath(bot), bot, SYNAPSE_ANTISPAM_SECRET, ''),
];

/** The secrets that are born on the machine of the homeserver. */
export const secretsFor = (
  { kind }: DatabasePlace,
  { moderation }: Pick<Answers, 'moderation'> = {},
): SecretFile[] => [
  ...SECRET_FILES.filter(({ path }) => kind === 'here' || !OF_POSTGRES.includes(path)),
  ...MODERATION_BOTS.filter((bot) => bot === moderation).flatMap(ofBot),
];
