import type { BenchServer } from '../load/server.ts';

/** What is in the database at one moment. */
export interface DatabaseSize {
  readonly bytes: number;
  readonly events: number;
  readonly rooms: number;
}

export async function databaseSize(server: BenchServer): Promise<DatabaseSize> {
  const [line = ''] = await server.query(
    'SELECT pg_database_size(current_database()), (SELECT count(*) FROM events), (SELECT count(*) FROM rooms);',
  );
  const [bytes = 0, events = 0, rooms = 0] = line.split(' ').map(Number);
  return { bytes, events, rooms };
}

const perOne = (bytes: number, count: number): string =>
  count > 0 ? `${(bytes / count / 1024).toFixed(1)} KiB` : 'none';

/** What one event and one room more take, between two looks. Tables grow by whole pages, and autovacuum is at work. */
export function growth(what: string, before: DatabaseSize, after: DatabaseSize): string {
  const bytes = after.bytes - before.bytes;
  const events = after.events - before.events;
  const rooms = after.rooms - before.rooms;
  const perRoom = rooms > 0 ? `, ${perOne(bytes, rooms)} per room` : '';
  return `${what}: ${(bytes / 1024 / 1024).toFixed(1)} MiB of database for ${events} events: ${perOne(bytes, events)} per event${perRoom}`;
}

/** What else is on the disk, in MiB, a line each. */
export async function diskUse(server: BenchServer): Promise<string[]> {
  const result = await server.vps.exec(`cd /opt/matrix-bastion
du -sm postgres/data/cluster/pg_wal synapse/data/media_store 2>/dev/null
du -smx /var/lib/docker/overlay2 /var/log 2>/dev/null
du -scm /var/lib/docker/containers/*/*.log | tail -n 1
du -smx --exclude=/opt --exclude=/var/lib/docker / 2>/dev/null`);
  return result.stdout.split('\n').filter(Boolean);
}
