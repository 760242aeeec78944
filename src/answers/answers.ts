/** Tiers of the brief; `custom` takes the box as it is found. */
export const TIERS = ['sentinel', 'garrison', 'ravelin', 'bulwark', 'custom'] as const;
export type Tier = (typeof TIERS)[number];

export const DOCKER_SOURCES = ['docker', 'distro'] as const;
export type DockerSource = (typeof DOCKER_SOURCES)[number];

/**
 * Web servers of somebody's own that the server may stand behind. `none`: it holds ports 80 and 443 itself; `other`: one
 * whose configuration is not written here.
 */
export const PROXIES = ['none', 'nginx', 'apache', 'caddy', 'traefik', 'haproxy', 'other'] as const;
export type ProxyChoice = (typeof PROXIES)[number];
export type ProxySoftware = Exclude<ProxyChoice, 'none'>;

/** A web server of somebody's own that holds ports 80 and 443 and hands requests on. */
export interface OwnProxy {
  readonly software: ProxySoftware;
  /** Where our router waits for it: an address that is not public, and a port; `127.0.0.1:8008`, `[fd00::1]:8008`. */
  readonly listen: string;
}

/**
 * Whom the server talks to: every other one, the named ones only, or none. Synapse: `federation_domain_whitelist`
 * (absent, a list, an empty list).
 */
export const FEDERATION_MODES = ['open', 'allowlist', 'closed'] as const;
export type FederationMode = (typeof FEDERATION_MODES)[number];

/**
 * Who can make an account: the administrator alone, or also whoever holds a token. Synapse: `enable_registration`; a token
 * is always required.
 */
export const REGISTRATION_MODES = ['closed', 'invite'] as const;
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];

/** Web clients that are served here. */
export const WEB_CLIENTS = ['element', 'cinny', 'none'] as const;
export type WebClient = (typeof WEB_CLIENTS)[number];

/** Bots that moderate rooms by lists of bans which others publish. */
export const MODERATION_BOTS = ['draupnir', 'mjolnir'] as const;
export type ModerationBot = (typeof MODERATION_BOTS)[number];

/** What the operator wants. Complete and valid; holds no secret, so it may be stored and shown. */
export interface Answers {
  /** server_name: what comes after the colon in `@you:example.org`. Can never change. Lower-case ASCII. */
  readonly domain: string;
  /** The name that Synapse is reached under, `matrix.example.org`; may equal `domain`. */
  readonly matrixHost: string;
  readonly tier: Tier;
  /** Rooms that the operator expects on this server. */
  readonly rooms: number;
  /** Users that the operator expects; a hint for sizing. */
  readonly users?: number;
  readonly federation: FederationMode;
  /** Server names that are talked to; not empty with `allowlist`, empty otherwise. */
  readonly federationAllow: readonly string[];
  /** Members of the largest room of another server that people will join; a hint for sizing. */
  readonly largestRoom?: number;
  /** Localpart of the first administrator. */
  readonly admin: string;
  readonly registration: RegistrationMode;
  /** Mail address for the certificate authority and /.well-known/matrix/support; optional. */
  readonly email?: string;
  /** The web client that is served here, and under which name; absent: none. */
  readonly client?: { readonly name: Exclude<WebClient, 'none'>; readonly host: string };
  /** The moderation bot that runs here; absent: none. */
  readonly moderation?: ModerationBot;
  /** Where the Docker engine comes from when there is none. */
  readonly dockerSource: DockerSource;
  /** A mirror of Docker's repository that is signed with its own key. */
  readonly dockerMirror?: { readonly url: string; readonly fingerprint: string };
  /** Absent: the server holds ports 80 and 443 itself. */
  readonly proxy?: OwnProxy;
  /** Public addresses of a machine behind address translation (`--public-address`, repeatable): what DNS may name besides its own. */
  readonly publicAddress: readonly string[];
  /** Networks (CIDR) of private federation: Synapse may talk to these ranges though they are not public. */
  readonly federateWith: readonly string[];
  /** PEM certificates of the authorities that the servers of a private federation use. */
  readonly federationCa?: string;
  /** SSH target of a second machine that gets the database. Excludes `database`. */
  readonly dbHost?: string;
  /** URL of a database that somebody else runs, in the form of `formatDatabaseUrl`; never a password. */
  readonly database?: string;
  /** PEM certificates of the authority that signed that database's certificate; absent: a public one. */
  readonly databaseCa?: string;
}
