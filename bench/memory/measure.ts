import type { Access } from '../load/client.ts';
import type { Layout } from '../load/layouts.ts';
import type { MediaResult } from '../load/media.ts';
import type { Peer } from '../load/peer.ts';
import type { ReadingResult } from '../load/reading.ts';
import type { MadeRooms } from '../load/rooms.ts';
import { BenchServer } from '../load/server.ts';
import type { TrafficResult } from '../load/traffic.ts';
import { compare, type Row } from './compare.ts';
import { databaseSize, diskUse, growth } from './database.ts';
import { type Planned, plannedFor } from './planned.ts';
import { Watch } from './watch.ts';

const IDLE_SECONDS = 30;
const TRAFFIC_SECONDS = 60;
/** Longest wait for the state of the joined room. */
const FULL_STATE_SECONDS = 180;
const WIDTH = 8;
/** As large as max_upload_size allows, twice side by side, and pictures up to Synapse's max_image_pixels (32 million). */
const MEDIA = {
  files: [1, 1, 5, 5, 20, 45, 45],
  pictures: [
    [2000, 1500],
    [4000, 3000],
    [6400, 5000],
  ],
} as const;

export interface LayoutResult {
  readonly planned: Planned;
  readonly rows: readonly Row[];
  /** Sentences beside the table: what the load was, what the database grew by. */
  readonly notes: readonly string[];
}

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * A domain that no server has had: one that comes back with another key is refused by the rooms of a kept peer
 * that know it ("Auth events could not be found").
 */
const freshDomain = (name: string): string => `${name}-${Date.now().toString(36)}.test`;

/** Installs a layout, puts the load on it, and compares what its processes take with the plan. */
export async function measureLayout(name: string, layout: Layout, peer: Peer): Promise<LayoutResult> {
  const server = await BenchServer.install({ name, domain: freshDomain(name), ...layout });
  try {
    return await measureServer(server, layout, peer);
  } finally {
    await server.remove();
  }
}

async function measureServer(server: BenchServer, layout: Layout, peer: Peer): Promise<LayoutResult> {
  await server.liftLimits();
  const users = await server.addUsers(layout.users);
  const watch = new Watch(server.vps);
  const notes: string[] = [];

  await watch.during('idle', () => sleep(IDLE_SECONDS));

  const empty = await databaseSize(server);
  const made = await watch.during('rooms', () =>
    server.load<MadeRooms>({ ...layout, task: 'rooms', users, messages: 0, width: WIDTH }),
  );
  const withRooms = await databaseSize(server);
  notes.push(growth(`${layout.rooms} rooms of ${layout.members}`, empty, withRooms));

  const place = { users, roomIds: made.roomIds, members: made.members };
  const clients = { plain: layout.clients, sliding: layout.clients };
  const sent = await watch.during('traffic', () =>
    server.load<TrafficResult>({
      task: 'traffic',
      ...place,
      ...clients,
      seconds: TRAFFIC_SECONDS,
      senders: WIDTH,
    }),
  );
  notes.push(
    `${sent.sent} messages in ${TRAFFIC_SECONDS} s while ${2 * layout.clients} clients waited: ${JSON.stringify(sent)}`,
  );
  const withMessages = await databaseSize(server);
  notes.push(growth('messages', withRooms, withMessages));

  await watch.during('media', async () => {
    const foreign = await peer.server.load<MediaResult>({
      task: 'media',
      users: peer.speakers,
      files: [1, 10],
      pictures: [[3000, 2000]],
      foreign: [],
      width: 2,
    });
    await server.load<MediaResult>({ task: 'media', users, ...MEDIA, foreign: foreign.mxc, width: 4 });
  });

  await watch.during('join', () => joinLargeRoom(server, peer, users, notes));
  notes.push(growth(`a room of ${peer.members}`, withMessages, await databaseSize(server)));

  const read = await watch.during('reading', () =>
    server.load<ReadingResult>({ task: 'reading', ...place, width: WIDTH }),
  );
  notes.push(`every user on a new client, every room read back: ${JSON.stringify(read)}`);
  notes.push(`disk, MiB: ${(await diskUse(server)).join('; ')}`);

  const planned = await plannedFor(server);
  return { planned, rows: compare(planned, watch.phases), notes };
}

/** Two people join the other server's large room; then both servers speak in it while clients wait for it. */
async function joinLargeRoom(
  server: BenchServer,
  peer: Peer,
  users: readonly Access[],
  notes: string[],
): Promise<void> {
  const joiners = users.slice(0, 2);
  const joined = await server.load<{ each: number[] }>({
    task: 'join',
    users: joiners,
    room: peer.alias,
    width: 1,
  });
  notes.push(
    `join of ${peer.alias} with ${peer.members} members: ${joined.each.map((one) => one.toFixed(1)).join(' s, then ')} s`,
  );
  const talk = (speakers: readonly Access[], clients: number) => ({
    task: 'traffic',
    users: speakers,
    roomIds: [peer.roomId],
    members: [speakers.map((_, index) => index)],
    seconds: 30,
    plain: clients,
    sliding: clients,
    senders: 3,
    rate: 6,
  });
  const [ours] = await Promise.all([
    server.load<TrafficResult>(talk(joiners, 1)),
    peer.server.load<TrafficResult>(talk(peer.speakers, 2)),
  ]);
  notes.push(`in the large room: ${JSON.stringify(ours)}`);
  notes.push(`its whole state was there ${await awaitFullState(server)} s after that`);
  await leaveLargeRoom(peer, joiners);
}

/** The machine will be gone, and the next one to join would ask it for the room's state. Then the peer has the last word. */
async function leaveLargeRoom({ server, roomId, speakers }: Peer, joiners: readonly Access[]): Promise<void> {
  await server.load({ task: 'leave', users: joiners, roomId });
  await sleep(3);
  const word = { task: 'traffic', users: speakers, roomIds: [roomId], members: [[0]] };
  await server.load({ ...word, seconds: 2, plain: 0, sliding: 0, senders: 1, rate: 1 });
}

/** A join is answered before the room's whole state has come (MSC3706); it is resolved when that is there. */
async function awaitFullState(server: BenchServer): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const [left] = await server.query('SELECT count(*) FROM partial_state_rooms;');
    const seconds = Math.round((performance.now() - begun) / 1000);
    if (left === '0') return seconds;
    if (seconds > FULL_STATE_SECONDS)
      throw new Error(`the large room's state is not there after ${seconds} s`);
    await sleep(1);
  }
}
