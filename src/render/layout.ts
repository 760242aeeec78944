/** The one folder on the machine that holds everything of ours. */
export const ROOT = '/opt/matrix-bastion';

/** Numeric users of the images; the official images' own build files say so. */
export const UID = {
  root: { uid: 0, gid: 0 },
  /** ghcr.io/element-hq/synapse: UID and GID default to 991. */
  synapse: { uid: 991, gid: 991 },
  /** postgres (Debian variant): 999:999. */
  postgres: { uid: 999, gid: 999 },
  /** redis:8-alpine: 999:1000. */
  redis: { uid: 999, gid: 1000 },
  /** caddy runs as root by default; we give it a user of its own (see docs/decisions.md). */
  caddy: { uid: 10001, gid: 10001 },
  /** element-web and cinny: the user nginx of the official nginx image. */
  element: { uid: 101, gid: 101 },
  cinny: { uid: 101, gid: 101 },
  /** The images run as root by default; each bot gets a user of its own. */
  draupnir: { uid: 10002, gid: 10002 },
  mjolnir: { uid: 10003, gid: 10003 },
} as const;

export type Account = keyof typeof UID;

export const PATHS = {
  root: ROOT,
  compose: `${ROOT}/compose.yaml`,
  /** Image digests, locked at first pull; compose reads it by itself. */
  lock: `${ROOT}/.env`,
  answers: `${ROOT}/answers.yaml`,
  state: `${ROOT}/state`,
  /** Copies of files as they were last written by us, by their path below ROOT; root's alone. */
  written: `${ROOT}/state/written`,
  /** Copies of files that are about to be written. */
  writing: `${ROOT}/state/writing`,
  /** Copies of files before they were replaced, by time. */
  replaced: `${ROOT}/state/replaced`,
  domainHere: `${ROOT}/state/domain-here`,
  /** Size of the box that the running plan was made for. */
  plannedBox: `${ROOT}/state/box`,
  /** What an upgrade keeps: the release that is to come (next), the one that was (before), and how it went (record). */
  upgrade: `${ROOT}/state/upgrade`,
  nextRelease: `${ROOT}/state/upgrade/next`,
  beforeRelease: `${ROOT}/state/upgrade/before`,
  /** What brings an upgrade to its end when the machine starts while one is under way. */
  resumeUpgrade: `${ROOT}/state/upgrade/resume.sh`,
  synapseConfig: `${ROOT}/synapse/config`,
  homeserver: `${ROOT}/synapse/config/homeserver.yaml`,
  logConfig: `${ROOT}/synapse/config/log.config`,
  federationCa: `${ROOT}/synapse/config/federation-ca.pem`,
  /** Authority of a database on another machine. */
  databaseCa: `${ROOT}/synapse/config/database-ca.pem`,
  /** One file for each worker, read after homeserver.yaml. */
  workers: `${ROOT}/synapse/config/workers`,
  /** The module that asks the moderation bot about invitations; all of Synapse's processes load it. */
  antispamModule: `${ROOT}/synapse/config/synapse_http_antispam.py`,
  /** Starts a worker once the main process answers. */
  startWorker: `${ROOT}/synapse/config/start-worker.sh`,
  /** The operator's own folder: read after homeserver.yaml, never written by us. */
  confd: `${ROOT}/synapse/conf.d`,
  synapseKeys: `${ROOT}/synapse/keys`,
  signingKey: `${ROOT}/synapse/keys/signing.key`,
  synapseData: `${ROOT}/synapse/data`,
  /** Synapse's /tmp: Twisted spools request bodies of 100 kB and more there (twisted.web.http, `_getContentFile`). */
  synapseTmp: `${ROOT}/synapse/tmp`,
  synapseSecrets: `${ROOT}/secrets/synapse`,
  /** Synapse's password for the database, in libpq's form. */
  databasePassfile: `${ROOT}/secrets/synapse/pgpass`,
  postgresSecrets: `${ROOT}/secrets/postgres`,
  redisSecrets: `${ROOT}/secrets/redis`,
  /** Where the database's file system may be mounted. */
  postgresHome: `${ROOT}/postgres/data`,
  /** The database itself: made once, whole, by its own step. When its disk is not mounted this is missing, and Docker starts nothing. */
  postgresData: `${ROOT}/postgres/data/cluster`,
  /** System identifier of the database, recorded when it first answered. */
  databaseBorn: `${ROOT}/state/database.born`,
  redisConfig: `${ROOT}/redis/config`,
  redisConf: `${ROOT}/redis/config/redis.conf`,
  redisData: `${ROOT}/redis/data`,
  caddyConfig: `${ROOT}/caddy/config`,
  caddyfile: `${ROOT}/caddy/config/Caddyfile`,
  caddyData: `${ROOT}/caddy/data`,
  wellKnown: `${ROOT}/well-known`,
  elementConfig: `${ROOT}/element/config`,
  cinnyConfig: `${ROOT}/cinny/config`,
  draupnirConfig: `${ROOT}/draupnir/config`,
  draupnirData: `${ROOT}/draupnir/data`,
  draupnirSecrets: `${ROOT}/secrets/draupnir`,
  mjolnirConfig: `${ROOT}/mjolnir/config`,
  mjolnirData: `${ROOT}/mjolnir/data`,
  mjolnirSecrets: `${ROOT}/secrets/mjolnir`,
  /** Whose account the moderation bot has, and for whom its room was made; `pending` while it is being made. */
  moderationMark: `${ROOT}/state/moderation.mark`,
  /** The page for users, served beside the web client. */
  guide: `${ROOT}/guide`,
  /** Lines for somebody's own proxy in front of ours; nothing reads them there. */
  proxy: `${ROOT}/proxy`,
} as const;

/**
 * What belongs together in a release, below the root: images, all that they read, what of it is ours, and the mark that
 * Synapse accepted it. An upgrade keeps it as it was, and puts it back whole.
 */
export const RELEASE_UNIT = [
  '.env',
  'compose.yaml',
  'synapse/config',
  'redis/config',
  'caddy/config',
  'element/config',
  'cinny/config',
  'draupnir/config',
  'mjolnir/config',
  'guide',
  'well-known',
  'proxy',
  'state/written',
  'state/homeserver.validated',
] as const;

/** Where the database of an older Postgres is kept once it was moved to a newer one; templates/scripts/move-database.sh. */
export const oldCluster = (major: number): string => `${PATHS.postgresData}.${major}`;

/** Whether a file may be edited by hand: the tool's own notes, and the answers, which it reads back, are not meant to be. */
export const isTracked = (path: string): boolean =>
  path.startsWith(`${ROOT}/`) && !path.startsWith(`${PATHS.state}/`) && path !== PATHS.answers;

/** Folders of files that we write; a name in them has no way out of them. */
const EDITABLE =
  /^\/(?:compose\.yaml|(?:synapse|redis|caddy|postgres|element|cinny|draupnir|mjolnir)\/config\/(?:workers\/)?[\w-][\w.-]*|well-known\/[a-z]+|guide\/index\.html|proxy\/[a-z][a-z.-]*)$/;
/** Whether a path may be one of ours that is edited by hand. */
export const isEditable = (path: string): boolean =>
  path.startsWith(`${ROOT}/`) && EDITABLE.test(path.slice(ROOT.length));

/** What a replaced file is called: its own name, then this and the time. */
export const KEPT_EDIT = '.yours-';
export const isKeptEdit = (path: string): boolean => path.includes(KEPT_EDIT);

/** Where the copy of a file as it was last written is. */
export const writtenCopy = (path: string): string => path.replace(ROOT, PATHS.written);
/** Where its copy is while it is written: a file that equals it is no hand edit, wherever a run was interrupted. */
export const writingCopy = (path: string): string => path.replace(ROOT, PATHS.writing);

/** What images there are; every Synapse process runs the one of `synapse`. */
export const COMPONENTS = [
  'postgres',
  'redis',
  'synapse',
  'caddy',
  'element',
  'cinny',
  'draupnir',
  'mjolnir',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** A service of compose.yaml, and its host name on Docker's networks. `synapse` is the main process. */
export type Service = Component | `synapse-${string}`;

/**
 * The service that runs a Synapse process, by its `worker_name` (`main`, `sync-1`). No underscore: it is a host name,
 * and Twisted refuses such a one.
 */
export const serviceOf = (process: string): Service =>
  process === 'main' ? 'synapse' : `synapse-${process}`;

export const componentOf = (service: Service): Component =>
  COMPONENTS.find((component) => component === service) ?? 'synapse';

/** Every Synapse process is alone in its container, so all of them have the same ports. */
export const SYNAPSE_PORT = { http: 8008, replication: 9093 } as const;

/** Where Caddy waits for the moderation bot, on a network that only they and Synapse are on. */
export const BOT_DOOR_PORT = 8009;

/** Where Caddy waits in its container for somebody's own proxy. */
export const ROUTER_PORT = 8008;

/** The compose project's name; pinned, because a changed name would start an empty server beside the full one. */
export const PROJECT = 'matrix-bastion';

/** Container label that holds the hash of a service's definition and of the files that it mounts. */
export const CONFIG_LABEL = 'org.matrix-bastion.config';

/** Name of the variable that holds an image in the lock file (`.env`). */
export const lockVariable = (component: Component): string => `${component.toUpperCase()}_IMAGE`;
