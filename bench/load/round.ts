import { type Usages, usages } from '../memory/processes.ts';
import type { Access } from './client.ts';
import type { ReadingResult } from './reading.ts';
import type { BenchServer } from './server.ts';
import type { TrafficResult } from './traffic.ts';

/** Where the load goes, and how long. */
export interface Scene {
  readonly users: readonly Access[];
  readonly roomIds: readonly string[];
  readonly members: readonly (readonly number[])[];
  /** Seconds of sending as fast as the server takes it, and of sending at a steady rate. */
  readonly fast: number;
  readonly steady: number;
  /** Clients of each kind of sync that wait meanwhile. */
  readonly clients: number;
}

/** What one round measured. Milliseconds, but for the first and the last two, which are MiB. */
export interface Figures {
  readonly 'events per second': number;
  readonly 'sending, p95': number;
  readonly 'delivery at full speed, p95': number;
  readonly 'delivery at a steady rate, p95': number;
  readonly 'sliding delivery at a steady rate, p95': number;
  readonly 'first /sync, p95': number;
  readonly 'first sliding sync, p95': number;
  readonly 'next /sync, p95': number;
  readonly 'history page, p95': number;
  readonly 'CPU of Synapse per event': number;
  readonly 'CPU of Postgres per event': number;
  readonly 'memory of Synapse': number;
  readonly 'memory of Postgres': number;
}

export type FigureName = keyof Figures;

const SENDERS = 8;
/** Messages per second. Each wakes the waiting members of its room, and with twice as many two busy cores fall behind. */
const STEADY_RATE = 4;
const WARM_UP_SECONDS = 5;

type IsOurs = (group: string) => boolean;

const sum = (seen: Usages, isOurs: IsOurs, of: 'cpuSeconds' | 'mib'): number =>
  Object.entries(seen)
    .filter(([group]) => isOurs(group))
    .reduce((total, [, usage]) => total + usage[of], 0);

const isSynapse: IsOurs = (group) => group.startsWith('synapse');
const isPostgres: IsOurs = (group) => group === 'postgres';

/** One round: clients open, people read, people write as fast as they can, people write steadily. */
export async function round(server: BenchServer, scene: Scene): Promise<Figures> {
  const { fast, steady, clients, ...place } = scene;
  const talk = (seconds: number, rate?: number) =>
    server.load<TrafficResult>({
      task: 'traffic',
      ...place,
      plain: clients,
      sliding: clients,
      senders: SENDERS,
      seconds,
      ...(rate === undefined ? {} : { rate }),
    });
  const read = await server.load<ReadingResult>({ task: 'reading', ...place, width: 4 });
  await talk(WARM_UP_SECONDS);
  const before = await usages(server.vps);
  const quick = await talk(fast);
  const after = await usages(server.vps);
  const calm = await talk(steady, STEADY_RATE);
  const failed = Object.entries({ ...quick.failures, ...calm.failures });
  if (failed.length > 0) console.error(`  failures: ${JSON.stringify(failed)}`);
  const cpuPerEvent = (isOurs: IsOurs) =>
    ((sum(after, isOurs, 'cpuSeconds') - sum(before, isOurs, 'cpuSeconds')) * 1000) / quick.sent;
  return {
    'events per second': quick.perSecond,
    'sending, p95': quick.send.p95,
    'delivery at full speed, p95': quick.delivery.plain.p95,
    'delivery at a steady rate, p95': calm.delivery.plain.p95,
    'sliding delivery at a steady rate, p95': calm.delivery.sliding.p95,
    'first /sync, p95': read.initial.plain.p95,
    'first sliding sync, p95': read.initial.sliding.p95,
    'next /sync, p95': read.incremental.plain.p95,
    'history page, p95': read.history.p95,
    'CPU of Synapse per event': cpuPerEvent(isSynapse),
    'CPU of Postgres per event': cpuPerEvent(isPostgres),
    'memory of Synapse': sum(after, isSynapse, 'mib'),
    'memory of Postgres': sum(after, isPostgres, 'mib'),
  };
}
