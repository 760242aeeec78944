/** Something about a version that its operator has to do or to know. */
export interface ReleaseChange {
  /** What `--accept` takes; never reused. */
  readonly id: string;
  /** One sentence. */
  readonly what: string;
  /** What to do, or what to know. */
  readonly act: string;
  /** Whether an upgrade waits until somebody has said `--accept ID`: for what cannot be taken back, and no test tells. */
  readonly acknowledge: boolean;
  /** Document and section. */
  readonly source: string;
}

/** What is known of one version of Synapse. */
export interface SynapseVersion {
  /** Without `v`. */
  readonly version: string;
  /** Fully qualified reference with its tag. */
  readonly image: string;
  /** SCHEMA_VERSION: the form that it brings a database to. */
  readonly schema: number;
  /** SCHEMA_COMPAT_VERSION: the least SCHEMA_VERSION of a Synapse that can still run on its database. */
  readonly compat: number;
  /** Major version of Postgres that it needs at least. */
  readonly minimumPostgres: number;
  /** Version of the route table that its workers were tried with (src/render/routes/table.ts); absent: it was not. */
  readonly routes?: string;
  /** Whether upstream says that it must have run before anything newer does. */
  readonly mustRun?: true;
  /** New in this version, as against the one before it in the list. */
  readonly changes: readonly ReleaseChange[];
}

const image = (version: string): string => `ghcr.io/element-hq/synapse:v${version}`;

/**
 * What all of these versions have in common. Source: their source packages; schema and compat are in
 * synapse/storage/schema/__init__.py, the minimum is in `check_database` of synapse/storage/engines/postgres.py.
 */
const ALIKE = { schema: 94, compat: 84, minimumPostgres: 14 } as const;

/** The versions that upgrades know, oldest first, each as upstream published it. Changes: docs/upgrade.md and CHANGES.md. */
export const SYNAPSE_VERSIONS: readonly SynapseVersion[] = [
  { version: '1.160.0', image: image('1.160.0'), ...ALIKE, changes: [] },
  {
    version: '1.161.0',
    image: image('1.161.0'),
    ...ALIKE,
    changes: [
      {
        id: 'livekit-service-url',
        what: 'matrix_rtc.livekit_service_url is deprecated.',
        act: 'Only if conf.d sets matrix_rtc: keep it for older clients, and add url, the WebSocket URL of the SFU.',
        acknowledge: false,
        source: 'docs/upgrade.md, "Upgrading to v1.161.0"',
      },
    ],
  },
  {
    version: '1.162.0',
    image: image('1.162.0'),
    ...ALIKE,
    changes: [
      {
        id: 'room-version-12',
        what: 'New rooms are made in version 12; the ids of such rooms name no server, and their makers keep all rights in them.',
        act: 'Bots and bridges that are older than 2025 may not understand these rooms, and a room keeps its version. To stay with version 11: default_room_version: "11" in conf.d.',
        acknowledge: true,
        source: 'CHANGES.md, 1.162.0rc1 (#20130); the specification, "Room Version 12"',
      },
      {
        id: 'profile-rate-limit',
        what: 'Looking up profiles has a rate limit.',
        act: 'Only for programs that look up very many: rc_profile in conf.d.',
        acknowledge: false,
        source: 'CHANGES.md, 1.162.0rc1 (#20218)',
      },
    ],
  },
  {
    version: '1.163.0',
    image: image('1.163.0'),
    ...ALIKE,
    routes: '1.163',
    changes: [
      {
        id: 'profile-requests-auth',
        what: 'Synapse does not start with limit_profile_requests_to_users_who_share_rooms unless require_auth_for_profile_requests is on.',
        act: 'It is on unless conf.d turns it off; the new configuration is validated before anything stops.',
        acknowledge: false,
        source: 'docs/upgrade.md, "Upgrading to v1.163.0"',
      },
    ],
  },
  { version: '1.163.1', image: image('1.163.1'), ...ALIKE, routes: '1.163', changes: [] },
  { version: '1.163.2', image: image('1.163.2'), ...ALIKE, routes: '1.163', changes: [] },
];
