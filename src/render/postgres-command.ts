import type { PostgresSettings } from '../sizing/budget.ts';

/**
 * The server's command with its settings. On the command line and not in a file, so that they are part of the
 * container's definition and a changed plan recreates it. No value here is secret. `--name=value` is `-c name=value`
 * (Postgres 17 manual, `postgres`, Options).
 */
export function postgresCommand(
  settings: PostgresSettings,
  /** By default on a network of its own, where only Synapse and Redis are. */
  own: Readonly<Record<string, string>> = { listen_addresses: '*' },
): string[] {
  const values: Readonly<Record<string, string>> = {
    ...own,
    max_connections: `${settings.maxConnections}`,
    shared_buffers: `${settings.sharedBuffers}MB`,
    effective_cache_size: `${settings.effectiveCacheSize}MB`,
    work_mem: `${settings.workMem}MB`,
    maintenance_work_mem: `${settings.maintenanceWorkMem}MB`,
    min_wal_size: `${settings.minWal}MB`,
    max_wal_size: `${settings.maxWal}MB`,
    max_worker_processes: `${Math.max(8, settings.parallelWorkers)}`,
    max_parallel_workers: `${settings.parallelWorkers}`,
    max_parallel_workers_per_gather: `${settings.parallelPerQuery}`,
    max_parallel_maintenance_workers: `${settings.parallelPerQuery}`,
    // A VPS's disk is an SSD: reading out of order costs little more (pgtune).
    random_page_cost: '1.1',
    effective_io_concurrency: '200',
    // Synapse's tables are large and only appended to: the default of 20 % vacuums them too seldom (guess).
    autovacuum_vacuum_scale_factor: '0.02',
    autovacuum_analyze_scale_factor: '0.05',
  };
  return ['postgres', ...Object.entries(values).map(([name, value]) => `--${name}=${value}`)];
}
