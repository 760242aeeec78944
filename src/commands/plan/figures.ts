import type { Budget, PostgresSettings } from '../../sizing/budget.ts';
import { SPARE_CONNECTIONS } from '../../sizing/postgres.ts';
import { poolsOf } from '../../sizing/processes.ts';
import { oneDecimal } from './units.ts';

/** Postgres's settings in one line, or what a Postgres on another machine has to offer. */
export const postgresLine = ({ postgres, processes }: Budget): string =>
  postgres === undefined
    ? `Postgres: on another machine; these pools need max_connections of ${poolsOf(processes) + SPARE_CONNECTIONS} there.`
    : `Postgres: ${settingsText(postgres)}.`;

/** By the names that Postgres has for them; `shm_size` is the container's. */
export const settingsText = (settings: PostgresSettings): string =>
  [
    `shared_buffers ${settings.sharedBuffers} MB`,
    `effective_cache_size ${settings.effectiveCacheSize} MB`,
    `work_mem ${settings.workMem} MB`,
    `maintenance_work_mem ${settings.maintenanceWorkMem} MB`,
    `max_connections ${settings.maxConnections}`,
    `WAL ${settings.minWal}-${settings.maxWal} MB`,
    `parallel workers ${settings.parallelWorkers}, ${settings.parallelPerQuery} for a query`,
    `shm_size ${settings.shm} MB`,
  ].join(', ');

export const diskLine = ({ diskForecast: { afterAYear, disk } }: Budget): string =>
  `Disk after a year: about ${oneDecimal(afterAYear)} of ${oneDecimal(disk)} GB (guess).`;
