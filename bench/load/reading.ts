import { type Access, Client, expectOk } from './client.ts';
import { inParallel } from './pool.ts';
import { type Times, timesOf } from './statistics.ts';
import { PlainSync, SlidingSync } from './sync.ts';

export interface ReadingTask {
  readonly task: 'reading';
  readonly users: readonly Access[];
  readonly roomIds: readonly string[];
  readonly members: readonly (readonly number[])[];
  readonly width: number;
}

export interface ReadingResult {
  /** A new client's first sync. */
  readonly initial: { readonly plain: Times; readonly sliding: Times };
  /** The sync after it, with nothing new. */
  readonly incremental: { readonly plain: Times; readonly sliding: Times };
  /** Going back through a room's history, 100 events at a time, and its list of members. */
  readonly history: Times;
  readonly memberList: Times;
}

/** Every user opens a new client: first sync, second sync; then rooms are read back to their beginning. */
export async function reading(task: ReadingTask): Promise<ReadingResult> {
  const initial = { plain: [] as number[], sliding: [] as number[] };
  const incremental = { plain: [] as number[], sliding: [] as number[] };
  await inParallel(task.users, task.width, async (access, index) => {
    const kind = index % 2 === 0 ? 'plain' : 'sliding';
    const syncing = kind === 'plain' ? new PlainSync(access) : new SlidingSync(access, 99);
    for (const times of [initial, incremental]) {
      const { reply } = await syncing.poll(0);
      expectOk(`${kind} sync`, reply);
      times[kind].push(reply.milliseconds);
    }
  });
  const history: number[] = [];
  const memberList: number[] = [];
  await inParallel(task.roomIds, task.width, async (roomId, room) => {
    const reader = task.members[room]?.at(-1) ?? 0;
    const client = new Client(task.users[reader] as Access);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
    const list = await client.get(`${path}/members`);
    expectOk('members', list);
    memberList.push(list.milliseconds);
    let from = '';
    for (;;) {
      const reply = await client.get(`${path}/messages?dir=b&limit=100${from}`);
      const { chunk, end } = expectOk('messages', reply) as { chunk?: unknown[]; end?: string };
      history.push(reply.milliseconds);
      if (end === undefined || (chunk ?? []).length === 0) break;
      from = `&from=${encodeURIComponent(end)}`;
    }
  });
  return {
    initial: { plain: timesOf(initial.plain), sliding: timesOf(initial.sliding) },
    incremental: { plain: timesOf(incremental.plain), sliding: timesOf(incremental.sliding) },
    history: timesOf(history),
    memberList: timesOf(memberList),
  };
}
