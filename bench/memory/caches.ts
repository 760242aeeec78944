import { parse } from 'yaml';
import type { Layout } from '../load/layouts.ts';
import type { MadeRooms } from '../load/rooms.ts';
import { BenchServer } from '../load/server.ts';
import { usages } from './processes.ts';
import { markdownTable } from './table.ts';

/** Enough rooms and readers for most caches to hold something; events beyond the event cache of factor 1. */
const DATA = { rooms: 120, members: 20, messages: 4000 };
const USERS = 120;
const WIDTH = 8;
const PORT = 9000;
/** Fewer entries say nothing about their size. */
const ENOUGH = 20;

export interface CacheSize {
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
  /** Entries at factor 1. */
  readonly most: number;
}

/** One of Synapse's gauges, by cache. */
function gauge(metrics: string, name: string): Map<string, number> {
  const line = new RegExp(`^${name}\\{([^}]*)\\} (\\S+)$`, 'gm');
  return new Map(
    [...metrics.matchAll(line)].map(([, labels = '', value]) => [
      /(?:^|,)name="([^"]*)"/.exec(labels)?.[1] ?? '',
      Number(value),
    ]),
  );
}

export function cacheSizes(metrics: string): CacheSize[] {
  const entries = gauge(metrics, 'synapse_util_caches_cache_size');
  const bytes = gauge(metrics, 'synapse_util_caches_cache_size_bytes');
  return [...gauge(metrics, 'synapse_util_caches_cache_max_size')].map(([name, most]) => ({
    name,
    most,
    entries: entries.get(name) ?? 0,
    bytes: bytes.get(name) ?? 0,
  }));
}

/**
 * What one unit of `caches.global_factor` is worth: Synapse itself sums the sizes of the objects in each cache
 * (`track_memory_usage`, with Pympler), at factor 1; a cache that is not full is counted as if it were, with
 * entries of the same size.
 */
export async function measureCaches(name: string, layout: Layout): Promise<string> {
  const server = await BenchServer.install({ name, domain: `${name}.test`, ...layout });
  try {
    await server.liftLimits();
    const users = await server.addUsers(USERS);
    const made = await server.load<MadeRooms>({ ...DATA, task: 'rooms', users, width: WIDTH });
    await trackCaches(server);
    const before = (await usages(server.vps)).synapse?.mib ?? 0;
    const place = { users, roomIds: made.roomIds, members: made.members };
    await server.load({ task: 'reading', ...place, width: WIDTH });
    await server.load({ task: 'traffic', ...place, seconds: 30, plain: 30, sliding: 30, senders: WIDTH });
    const after = (await usages(server.vps)).synapse?.mib ?? 0;
    const metrics = await server.inside('synapse', `curl -fsS http://127.0.0.1:${PORT}/_synapse/metrics`);
    return report(cacheSizes(metrics), after - before);
  } finally {
    await server.remove();
  }
}

/** Synapse anew at factor 1, with sizes of caches among its metrics, reachable inside its container only. */
async function trackCaches(server: BenchServer): Promise<void> {
  const { stdout } = await server.vps.exec('cat /opt/matrix-bastion/synapse/config/homeserver.yaml');
  const { listeners } = parse(stdout) as { listeners: object[] };
  const own = { port: PORT, type: 'metrics', bind_addresses: ['127.0.0.1'] };
  const settings = {
    caches: { global_factor: 1, track_memory_usage: true },
    enable_metrics: true,
    listeners: [...listeners, own],
  };
  await server.ownSettings('60-bench.yaml', JSON.stringify(settings));
  await server.vps.exec(
    'cd /opt/matrix-bastion && docker compose up -d --force-recreate --wait synapse 2>&1',
  );
}

const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

function report(sizes: readonly CacheSize[], grown: number): string {
  const known = sizes.filter(({ entries }) => entries >= ENOUGH);
  const full = ({ bytes, entries, most }: CacheSize) => (bytes / entries) * most;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rows = [...known]
    .sort((a, b) => full(b) - full(a))
    .slice(0, 20)
    .map((size) => [
      size.name,
      String(size.entries),
      String(Math.round(size.bytes / size.entries)),
      String(size.most),
      mib(full(size)),
    ]);
  return [
    markdownTable(['cache', 'entries', 'bytes each', 'entries at factor 1', 'MiB when full'], rows),
    '',
    `${known.length} of ${sizes.length} caches held ${ENOUGH} entries or more: ${mib(sum(known.map(({ bytes }) => bytes)))} MiB, while the process grew by ${grown.toFixed(0)} MiB.`,
    `All of these full at factor 1: ${mib(sum(known.map(full)))} MiB.`,
  ].join('\n');
}
