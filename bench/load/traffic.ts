import { type Access, Client } from './client.ts';
import { sendPath, textOf } from './rooms.ts';
import { type Times, timesOf } from './statistics.ts';
import { keepSyncing, PlainSync, SlidingSync } from './sync.ts';

export interface TrafficTask {
  readonly task: 'traffic';
  readonly users: readonly Access[];
  readonly roomIds: readonly string[];
  readonly members: readonly (readonly number[])[];
  readonly seconds: number;
  /** The first so many users sync with long polls of /v3/sync, the next so many with sliding sync. */
  readonly plain: number;
  readonly sliding: number;
  /** So many send one message after the other, each when the one before was taken. */
  readonly senders: number;
  /** Messages per second of all senders together; undefined: as fast as the server takes them. */
  readonly rate?: number;
}

export interface TrafficResult {
  readonly sent: number;
  readonly perSecond: number;
  /** From the start of sending to the answer. */
  readonly send: Times;
  /** From the start of sending to the arrival at a client that waits, per client and message. */
  readonly delivery: { readonly plain: Times; readonly sliding: Times };
  readonly failures: Readonly<Record<string, number>>;
}

const SETTLE_MS = 4000;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** People who write, and clients that wait for what they write. It ends by itself. */
export async function traffic(task: TrafficTask): Promise<TrafficResult> {
  const failures: Record<string, number> = {};
  const fail = (what: string) => {
    failures[what] = (failures[what] ?? 0) + 1;
  };
  const begunAt = new Map<string, number>();
  const delivered = { plain: [] as number[], sliding: [] as number[] };
  const note = (times: number[]) => (ids: readonly string[]) => {
    const now = performance.now();
    for (const id of ids) {
      const begun = begunAt.get(id);
      if (begun !== undefined) times.push(now - begun);
    }
  };

  const stop = new AbortController();
  const waiting = task.users.slice(0, task.plain + task.sliding).map(async (access, index) => {
    const isPlain = index < task.plain;
    const kind = isPlain ? 'plain' : 'sliding';
    const syncing = isPlain ? new PlainSync(access) : new SlidingSync(access, 99);
    await syncing.poll(0);
    return () =>
      keepSyncing(syncing, note(delivered[kind]), (status) => fail(`${kind} ${status}`), stop.signal);
  });
  const polls = (await Promise.all(waiting)).map((start) => start());
  // That they are all online now is news of its own to each of them.
  await sleep(SETTLE_MS);

  const sendTimes: number[] = [];
  const begun = performance.now();
  const end = begun + task.seconds * 1000;
  const pause = task.rate === undefined ? 0 : (1000 * task.senders) / task.rate;
  const send = async (sender: number): Promise<void> => {
    if (pause > 0) await sleep((pause * sender) / task.senders);
    for (let turn = sender; performance.now() < end; turn += task.senders) {
      const started = performance.now();
      const room = turn % task.roomIds.length;
      const writers = task.members[room] ?? [];
      const writer = writers[Math.floor(turn / task.roomIds.length) % writers.length] ?? 0;
      const id = crypto.randomUUID();
      begunAt.set(id, started);
      const client = new Client(task.users[writer] as Access);
      const reply = await client.put(sendPath(task.roomIds[room] as string, id), {
        msgtype: 'm.text',
        body: textOf(id),
      });
      if (reply.status === 200) sendTimes.push(reply.milliseconds);
      else fail(`send ${reply.status}`);
      if (pause > 0) await sleep(Math.max(0, pause - (performance.now() - started)));
    }
  };
  await Promise.all(Array.from({ length: task.senders }, (_, sender) => send(sender)));
  const seconds = (performance.now() - begun) / 1000;
  // What is under way still arrives.
  await sleep(1500);
  stop.abort();
  await Promise.all(polls);
  return {
    sent: sendTimes.length,
    perSecond: sendTimes.length / seconds,
    send: timesOf(sendTimes),
    delivery: { plain: timesOf(delivered.plain), sliding: timesOf(delivered.sliding) },
    failures,
  };
}
