import type { Autotuning, Budget, PostgresSettings } from '../../sizing/budget.ts';
import type { Ui } from '../../ui/ui.ts';
import { oneDecimal } from './units.ts';

interface Why {
  readonly reason: string;
  /** Document and section, or `measured: <command>`, or `guess`. */
  readonly source: string;
}

/** A process's figures: the rules are in sizing/. */
const PROCESS_FIGURES: Readonly<Record<string, Why>> = {
  'Cache factor': {
    reason: 'what its memory leaves beside its code and the requests in flight is for caches',
    source:
      'Synapse’s manual, `caches.global_factor`; how many MiB a factor fills was measured: npm run bench -- memory --caches',
  },
  'Connection pool': {
    reason: 'queries that one process has under way at once; each connection costs Postgres memory',
    source: 'Synapse’s manual, `database` (5-10); smaller ones by what the process does are a guess',
  },
};

/** Postgres's settings, in the order in which they are shown. */
const POSTGRES_FIGURES: Readonly<Record<keyof PostgresSettings, Why & { readonly name: string }>> = {
  sharedBuffers: {
    name: 'shared_buffers',
    reason: 'a quarter of Postgres’s share, not of the box',
    source: 'pgtune; the ceiling is a guess',
  },
  effectiveCacheSize: {
    name: 'effective_cache_size',
    reason: 'three quarters of the share: tells the planner what the page cache will hold, takes no memory',
    source: 'pgtune',
  },
  workMem: {
    name: 'work_mem',
    reason: 'what shared_buffers leave, so that every connection may sort and join at once, three times over',
    source: 'pgtune; Postgres’s own 4 MB at least',
  },
  maintenanceWorkMem: {
    name: 'maintenance_work_mem',
    reason: 'a sixteenth of the share, for vacuum and index builds',
    source: 'pgtune',
  },
  maxConnections: {
    name: 'max_connections',
    reason: 'the sum of all pools, and some to spare for psql, dumps and health checks',
    source: 'the pools above; the spare ones are a guess',
  },
  minWal: { name: 'min_wal_size', reason: 'log files that are kept to be used again', source: 'pgtune' },
  maxWal: {
    name: 'max_wal_size',
    reason: 'how much is written before a checkpoint; less on a small disk',
    source: 'pgtune; small disks are a guess',
  },
  shm: {
    name: 'shm_size',
    reason:
      'a limit, nothing is taken: parallel queries join in shared memory, and Docker’s 64 MB are too few',
    source: 'Postgres 17 manual, `dynamic_shared_memory_type`; the size is a guess',
  },
  parallelPerQuery: {
    name: 'max_parallel_workers_per_gather',
    reason: 'processors that one query may use besides its own: half of them, at most 4',
    source: 'pgtune',
  },
  parallelWorkers: {
    name: 'max_parallel_workers',
    reason: 'as many as there are processors, fewer where the share is small',
    source: 'pgtune; what a small share carries is a guess',
  },
};

const cacheLimit = ({ target }: Autotuning): Why => ({
  reason: `above that it forgets what it used least, down to ${target} MiB: a net below the cache factor`,
  source: 'Synapse’s manual, `cache_autotuning`; how far below its memory is a guess',
});

const shown = (name: string, { reason, source }: Why): string =>
  `- ${name}: ${reason.replace(/\.$/, '')}.\n  Source: ${source.replace(/\.$/, '')}.`;

/** Reason and source of every line and figure; what is a guess says so. */
export function showWhy(budget: Budget, ui: Ui): void {
  ui.print('\nWhy, line by line:');
  for (const line of budget.lines) ui.print(shown(`${line.what}, ${line.mib} MiB`, line));
  for (const [name, why] of Object.entries(PROCESS_FIGURES)) ui.print(shown(name, why));
  for (const { name, autotuning } of budget.processes)
    if (autotuning)
      ui.print(shown(`Memory of ${name}, at most ${autotuning.maximum} MiB`, cacheLimit(autotuning)));
  const { postgres } = budget;
  if (postgres)
    for (const [key, { name, ...why }] of Object.entries(POSTGRES_FIGURES))
      ui.print(shown(`${name} ${postgres[key as keyof PostgresSettings]}`, why));
  for (const { what, gib, reason } of budget.diskForecast.lines)
    ui.print(`- ${what}, ${oneDecimal(gib)} GB of disk: ${reason}.`);
}
