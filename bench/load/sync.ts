import { type Access, Client, type Reply } from './client.ts';

/** An event of a timeline, as little of it as is needed to recognise it. */
interface TimelineEvent {
  readonly type?: string;
  readonly content?: { readonly body?: string };
}

/** What came with one answer of the server: the first words of the texts. */
export type Seen = (ids: readonly string[]) => void;

const POLL_MS = 20_000;

const idsOf = (events: readonly TimelineEvent[]): string[] =>
  events
    .filter(({ type }) => type === 'm.room.message')
    .map(({ content }) => content?.body?.split(' ', 1)[0] ?? '');

/** One way of syncing: a request, and what it brought. */
export interface Syncing {
  /** Milliseconds that the server may wait for news; 0 for an answer at once. */
  poll(wait: number, signal?: AbortSignal): Promise<{ reply: Reply; ids: string[] }>;
}

/** `/v3/sync`, from the beginning on. */
export class PlainSync implements Syncing {
  readonly #client: Client;
  #since: string | undefined;

  constructor(access: Access) {
    this.#client = new Client(access);
  }

  async poll(wait: number, signal?: AbortSignal): Promise<{ reply: Reply; ids: string[] }> {
    const since = this.#since === undefined ? '' : `&since=${encodeURIComponent(this.#since)}`;
    const reply = await this.#client.get(`/_matrix/client/v3/sync?timeout=${wait}${since}`, signal);
    if (reply.status !== 200) return { reply, ids: [] };
    const body = reply.body as {
      next_batch?: string;
      rooms?: { join?: Record<string, { timeline?: { events?: TimelineEvent[] } }> };
    };
    this.#since = body.next_batch;
    const rooms = Object.values(body.rooms?.join ?? {});
    return { reply, ids: rooms.flatMap((room) => idsOf(room.timeline?.events ?? [])) };
  }
}

/** Simplified sliding sync (MSC4186), asking what Element X asks: a growing list with few events per room. */
export class SlidingSync implements Syncing {
  readonly #client: Client;
  readonly #rooms: number;
  #pos: string | undefined;

  constructor(access: Access, rooms: number) {
    this.#client = new Client(access);
    this.#rooms = rooms;
  }

  async poll(wait: number, signal?: AbortSignal): Promise<{ reply: Reply; ids: string[] }> {
    const pos = this.#pos === undefined ? '' : `&pos=${encodeURIComponent(this.#pos)}`;
    const reply = await this.#client.post(
      `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=${wait}${pos}`,
      {
        conn_id: 'bench',
        lists: {
          all: {
            ranges: [[0, this.#rooms]],
            timeline_limit: 20,
            required_state: [
              ['m.room.name', ''],
              ['m.room.encryption', ''],
              ['m.room.member', '$LAZY'],
              ['m.room.member', '$ME'],
            ],
          },
        },
        extensions: {
          to_device: { enabled: true },
          e2ee: { enabled: true },
          account_data: { enabled: true },
          receipts: { enabled: true },
          typing: { enabled: true },
        },
      },
      signal,
    );
    if (reply.status !== 200) return { reply, ids: [] };
    const body = reply.body as { pos?: string; rooms?: Record<string, { timeline?: TimelineEvent[] }> };
    this.#pos = body.pos;
    const rooms = Object.values(body.rooms ?? {});
    return { reply, ids: rooms.flatMap((room) => idsOf(room.timeline ?? [])) };
  }
}

/** Long polls, one after the other, until it is told to stop. Every answer's news go to `seen`. */
export async function keepSyncing(
  syncing: Syncing,
  seen: Seen,
  failed: (status: number) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { reply, ids } = await syncing.poll(POLL_MS, signal);
      seen(ids);
      if (reply.status !== 200) {
        failed(reply.status);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    } catch (error) {
      if (signal.aborted) return;
      failed(0);
      console.error(`sync: ${(error as Error).message}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
