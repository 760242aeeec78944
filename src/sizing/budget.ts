/**
 * What a Synapse process does. Names as in Synapse's manual (docs/workers.md), in the order in which they are
 * listed in files; `stream_writer` is one worker for all streams but `events`.
 */
export const ROLES = [
  'main',
  'federation_sender',
  'sync',
  'event_persister',
  'client_reader',
  'federation_reader',
  'media',
  'background',
  'stream_writer',
  'federation_inbound',
  'event_creator',
] as const;
export type Role = (typeof ROLES)[number];

/** Whom a line is for; `free` is nobody's: what is left for Linux to cache files in. */
export type BudgetPart =
  | 'system'
  | 'caddy'
  | 'redis'
  | 'postgres'
  | 'synapse'
  | 'moderation'
  | 'reserve'
  | 'free';

/** A line of the memory budget: who gets how much, and why. */
export interface BudgetLine {
  readonly part: BudgetPart;
  readonly what: string;
  /** MiB of RAM. */
  readonly mib: number;
  readonly reason: string;
  /** Document and section, or `measured: <command>`, or `guess`. */
  readonly source: string;
}

/** Settings of Postgres derived from its share of the box; memory in MiB. */
export interface PostgresSettings {
  readonly sharedBuffers: number;
  readonly effectiveCacheSize: number;
  readonly workMem: number;
  readonly maintenanceWorkMem: number;
  readonly maxConnections: number;
  readonly minWal: number;
  readonly maxWal: number;
  readonly shm: number;
  /** `max_parallel_workers_per_gather` and `max_parallel_maintenance_workers`. */
  readonly parallelPerQuery: number;
  /** `max_parallel_workers`, and `max_worker_processes` where it is more than Postgres's own 8. */
  readonly parallelWorkers: number;
}

/** `caches.cache_autotuning`: Synapse evicts from all caches above the maximum until it is below the target. MiB. */
export interface Autotuning {
  readonly maximum: number;
  readonly target: number;
}

/** One Synapse process. */
export interface ProcessBudget {
  /** `main`, or role and number: `sync-1`. Its `worker_name`, and the key in `instance_map`. */
  readonly name: string;
  readonly role: Role;
  readonly mib: number;
  /** `caches.global_factor` */
  readonly cacheFactor: number;
  /** Absent where the process is too small for it to help. */
  readonly autotuning?: Autotuning;
  /** `cp_min` and `cp_max` of its database pool. */
  readonly poolMin: number;
  readonly poolMax: number;
}

/** What the disk will hold, in GiB, and what that rests on. */
export interface DiskForecast {
  readonly lines: readonly { readonly what: string; readonly gib: number; readonly reason: string }[];
  /** GiB after a year. */
  readonly afterAYear: number;
  /** GiB of the disk; 0 when it is not known. */
  readonly disk: number;
}

/** The box divided: the lines sum to no more than the box. */
export interface Budget {
  /** MiB of the box. */
  readonly box: number;
  readonly vcpus: number;
  readonly lines: readonly BudgetLine[];
  /** The main process first, then the workers in the order of ROLES. */
  readonly processes: readonly ProcessBudget[];
  /** Why there are as many processes as there are, in sentences. */
  readonly layout: readonly string[];
  /** Absent where the database is on another machine. */
  readonly postgres?: PostgresSettings;
  /** MiB for Redis (`maxmemory` is not set: Synapse's streams must not be evicted; this is the plan). */
  readonly redis: number;
  readonly diskForecast: DiskForecast;
  /** `limit_remote_rooms` complexity for small boxes; undefined on large ones. */
  readonly remoteRoomComplexity?: number;
  /** `presence.enabled`: who is online is federation traffic that a small box should not carry. */
  readonly presence: boolean;
  /** Plain sentences: a mismatch between tier and box, an assumption, advice. */
  readonly notes: readonly string[];
}

/** The box that holds nothing but the database. */
export interface DatabaseBudget {
  readonly box: number;
  readonly vcpus: number;
  readonly lines: readonly BudgetLine[];
  readonly postgres: PostgresSettings;
  readonly notes: readonly string[];
}
