/** What `init` put on the machine, as far as it is tuned. */
export interface Tuned {
  /** `database` and `caches` of homeserver.yaml. */
  readonly database: { readonly args: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
  readonly caches: Readonly<Record<string, unknown>>;
  /** The command of the service postgres. */
  readonly postgres: readonly string[];
}

/** A difference from the plan: settings that Synapse reads last, and definitions that Compose reads last. */
export interface Difference {
  readonly synapse: Readonly<Record<string, unknown>>;
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Variant {
  readonly what: string;
  readonly of: (tuned: Tuned) => Difference;
}

const only = (difference: Partial<Difference>): Difference => ({ synapse: {}, services: {}, ...difference });

/** Without the pool's limits Twisted's are taken: 3 and 5 (twisted.enterprise.adbapi, ConnectionPool). */
const defaultPool = ({ database: { args, ...rest } }: Tuned) => {
  const { cp_min, cp_max, ...others } = args;
  return { database: { ...rest, args: others } };
};

/** The image's settings: what Postgres ships, and Docker's 64 MiB of /dev/shm. */
const defaultPostgres = { command: ['postgres', '--listen_addresses=*'], shm_size: '64m' };

const without = (command: readonly string[], names: readonly string[]): string[] =>
  command.filter((word) => !names.some((name) => word.startsWith(`--${name}=`)));

const AUTOTUNING = {
  max_cache_memory_usage: '1200M',
  target_cache_memory_usage: '1000M',
  min_cache_ttl: '5m',
};

/** What the plan can be compared with. A key replaces the whole key in homeserver.yaml, so each says all of it. */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  plan: { what: 'as planned', of: () => only({}) },
  defaults: {
    what: "Synapse's and the images' defaults in caches, pool and Postgres",
    of: (tuned) =>
      only({ synapse: { caches: {}, ...defaultPool(tuned) }, services: { postgres: defaultPostgres } }),
  },
  'default-caches': { what: 'global_factor 0.5, no autotuning', of: () => only({ synapse: { caches: {} } }) },
  'small-caches': {
    what: 'global_factor 0.1',
    of: () => only({ synapse: { caches: { global_factor: 0.1 } } }),
  },
  'large-caches': { what: 'global_factor 4', of: () => only({ synapse: { caches: { global_factor: 4 } } }) },
  autotuning: {
    what: 'with cache_autotuning at 1200 MiB',
    of: ({ caches }) => only({ synapse: { caches: { ...caches, cache_autotuning: AUTOTUNING } } }),
  },
  'no-autotuning': {
    what: 'without cache_autotuning',
    of: ({ caches: { cache_autotuning, ...others } }) => only({ synapse: { caches: others } }),
  },
  'python-malloc': {
    what: 'PYTHONMALLOC=malloc: small objects through jemalloc too',
    of: () => only({ services: { synapse: { environment: { PYTHONMALLOC: 'malloc' } } } }),
  },
  'default-pool': { what: 'cp_min 3, cp_max 5', of: (tuned) => only({ synapse: defaultPool(tuned) }) },
  'default-postgres': {
    what: "the image's settings of Postgres",
    of: () => only({ services: { postgres: defaultPostgres } }),
  },
  'default-parallel': {
    what: "Postgres's own settings of parallel queries",
    of: ({ postgres }) => {
      const names = [
        'max_worker_processes',
        'max_parallel_workers',
        'max_parallel_workers_per_gather',
        'max_parallel_maintenance_workers',
      ];
      return only({ services: { postgres: { command: without(postgres, names) } } });
    },
  },
  'no-parallel': {
    what: 'no parallel queries',
    of: ({ postgres }) => {
      const command = without(postgres, ['max_parallel_workers_per_gather']);
      return only({
        services: { postgres: { command: [...command, '--max_parallel_workers_per_gather=0'] } },
      });
    },
  },
};
