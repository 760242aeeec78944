/** A line of the memory budget: who gets how much, and why. */
export interface BudgetLine {
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
}

/** One Synapse process. */
export interface ProcessBudget {
  readonly name: string;
  readonly mib: number;
  /** `caches.global_factor` */
  readonly cacheFactor: number;
  /** `cp_min` and `cp_max` of its database pool. */
  readonly poolMin: number;
  readonly poolMax: number;
}

/** The box divided: the lines sum to no more than the box. */
export interface Budget {
  /** MiB of the box. */
  readonly box: number;
  readonly vcpus: number;
  readonly lines: readonly BudgetLine[];
  readonly processes: readonly ProcessBudget[];
  readonly postgres: PostgresSettings;
  /** MiB for Redis (`maxmemory` is not set: Synapse's streams must not be evicted; this is the plan). */
  readonly redis: number;
  /** `limit_remote_rooms` complexity for small boxes; undefined on large ones. */
  readonly remoteRoomComplexity?: number;
  /** `presence.enabled`: who is online is federation traffic that a small box should not carry. */
  readonly presence: boolean;
  /** Plain sentences: a mismatch between tier and box, an assumption, advice. */
  readonly notes: readonly string[];
}
