import type { PostgresSettings } from './budget.ts';

interface PostgresShare {
  /** MiB of RAM that are Postgres's, its part of the page cache included. */
  readonly mib: number;
  /** Sum of all Synapse pools' `cp_max`. */
  readonly pools: number;
  readonly vcpus: number;
  readonly diskGib: number;
}

/**
 * Connections beyond the pools: psql, dumps, the health check, the port of an older database, and the three that
 * Postgres keeps for superusers (Postgres 17 manual, `superuser_reserved_connections`); the rest is a guess.
 */
export const SPARE_CONNECTIONS = 20;

/** `max_worker_processes` of Postgres 17 as shipped: they take work_mem as the connections do. */
const MAX_WORKER_PROCESSES = 8;

/** So much of the share for each parallel worker, in MiB: many vCPUs do not make a small share larger. Guess. */
const SHARE_PER_WORKER = 64;

const clamp = (value: number, low: number, high: number): number =>
  Math.floor(Math.min(high, Math.max(low, value)));

/**
 * Write-ahead log by disk. Source: pgtune (1 and 4 GiB); smaller on small disks, where 4 GiB of log
 * would be room that media needs (guess).
 */
function wal(diskGib: number): Pick<PostgresSettings, 'minWal' | 'maxWal'> {
  if (diskGib < 25) return { minWal: 80, maxWal: 512 };
  if (diskGib < 75) return { minWal: 256, maxWal: 1024 };
  return { minWal: 1024, maxWal: 4096 };
}

/**
 * Parallel queries. Source: pgtune, from 4 vCPUs on (workers = vCPUs, per query half of them, at most 4 outside
 * data warehouses). Below it pgtune leaves Postgres's 2 and 8; they are cut to what the vCPUs can do at once.
 */
function parallel(
  vcpus: number,
  mib: number,
): Pick<PostgresSettings, 'parallelPerQuery' | 'parallelWorkers'> {
  const parallelWorkers = Math.max(1, Math.min(vcpus, Math.floor(mib / SHARE_PER_WORKER)));
  const perQuery = vcpus < 2 ? 0 : Math.min(4, Math.ceil(vcpus / 2));
  return { parallelPerQuery: Math.min(perQuery, parallelWorkers), parallelWorkers };
}

/**
 * pgtune's rules, where RAM is Postgres's share and not the box. Limits: work_mem at least Postgres's own 4 MiB;
 * shared_buffers at most 16 GiB, beyond which the page cache serves Synapse's pattern as well (guess).
 * `shm` is a limit and no allocation: shared_buffers are not in /dev/shm, the segments of parallel queries are
 * (Postgres 17 manual, `dynamic_shared_memory_type`). It holds the hash tables that all workers and their leaders
 * share, each process with work_mem times `hash_mem_multiplier` (2); Docker's 64 MiB are too few for that.
 */
export function postgresSettings({ mib, pools, vcpus, diskGib }: PostgresShare): PostgresSettings {
  const sharedBuffers = clamp(mib / 4, 32, 16384);
  const maxConnections = pools + SPARE_CONNECTIONS;
  // By vCPUs and not by the share: one worker more would take work_mem from a share that grew.
  const workers = Math.max(MAX_WORKER_PROCESSES, vcpus);
  const workMem = clamp((mib - sharedBuffers) / ((maxConnections + workers) * 3), 4, 64);
  const inParallel = parallel(vcpus, mib);
  const hashes = 2 * workMem * 2 * inParallel.parallelWorkers;
  return {
    sharedBuffers,
    effectiveCacheSize: clamp((mib * 3) / 4, 64, 1_048_576),
    workMem,
    maintenanceWorkMem: clamp(mib / 16, 32, 2048),
    maxConnections,
    ...wal(diskGib),
    shm: Math.max(64, sharedBuffers, Math.min(mib, hashes)),
    ...inParallel,
  };
}
