import { type Access, Client, expectOk } from './client.ts';
import { inParallel } from './pool.ts';

export interface RoomsTask {
  readonly task: 'rooms';
  readonly users: readonly Access[];
  readonly rooms: number;
  /** Members per room, its maker included. */
  readonly members: number;
  readonly messages: number;
  readonly width: number;
}

export interface MadeRooms {
  readonly roomIds: readonly string[];
  /** Members as indexes into the task's users, per room. */
  readonly members: readonly (readonly number[])[];
  readonly seconds: { readonly create: number; readonly join: number; readonly messages: number };
}

const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> => {
  const begun = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - begun) / 1000 };
};

/** About as long as what people write: a line. */
export const textOf = (id: string): string => `${id} ${'what people say to each other '.repeat(3)}`;

export const sendPath = (roomId: string, id: string): string =>
  `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${id}`;

/** Public rooms with members and a history; members overlap, as in a community. */
export async function makeRooms(task: RoomsTask): Promise<MadeRooms> {
  const clients = task.users.map((access) => new Client(access));
  const client = (index: number): Client => clients[index % clients.length] as Client;
  const numbers = Array.from({ length: task.rooms }, (_, index) => index);
  const create = await timed(() =>
    inParallel(numbers, task.width, async (room) => {
      const reply = await client(room).post('/_matrix/client/v3/createRoom', {
        preset: 'public_chat',
        name: `Room ${room}`,
        topic: 'made by the bench',
      });
      return String(expectOk('createRoom', reply).room_id);
    }),
  );
  const roomIds = create.result;
  const width = Math.min(task.members, clients.length);
  const members = numbers.map((room) =>
    Array.from({ length: width }, (_, index) => (room + index) % clients.length),
  );
  const joins = numbers.flatMap((room) =>
    (members[room] ?? []).slice(1).map((user) => ({ room: roomIds[room] as string, user })),
  );
  const join = await timed(() =>
    inParallel(joins, task.width, async ({ room, user }) => {
      expectOk('join', await client(user).post(`/_matrix/client/v3/join/${encodeURIComponent(room)}`, {}));
    }),
  );
  const sends = Array.from({ length: task.messages }, (_, index) => index);
  const messages = await timed(() =>
    inParallel(sends, task.width, async (index) => {
      const room = index % task.rooms;
      const writers = members[room] ?? [];
      const writer = writers[Math.floor(index / task.rooms) % writers.length] ?? 0;
      const id = crypto.randomUUID();
      const content = { msgtype: 'm.text', body: textOf(id) };
      expectOk('send', await client(writer).put(sendPath(roomIds[room] as string, id), content));
    }),
  );
  return {
    roomIds,
    members,
    seconds: { create: create.seconds, join: join.seconds, messages: messages.seconds },
  };
}

export interface JoinTask {
  readonly task: 'join';
  readonly users: readonly Access[];
  /** Alias or room id. */
  readonly room: string;
  readonly width: number;
}

/** All users join one room. Seconds per join, in the order of the users. */
export async function joinAll({
  users,
  room,
  width,
}: JoinTask): Promise<{ seconds: number; each: number[] }> {
  const { result, seconds } = await timed(() =>
    inParallel(users, width, async (access) => {
      const reply = await new Client(access).post(`/_matrix/client/v3/join/${encodeURIComponent(room)}`, {});
      expectOk(`join of ${access.userId}`, reply);
      return reply.milliseconds / 1000;
    }),
  );
  return { seconds, each: result };
}

export interface LeaveTask {
  readonly task: 'leave';
  readonly users: readonly Access[];
  readonly roomId: string;
}

export async function leaveAll({ users, roomId }: LeaveTask): Promise<Record<string, never>> {
  for (const access of users) {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/leave`;
    expectOk('leave', await new Client(access).post(path, {}));
  }
  return {};
}

export interface LargeRoomTask {
  readonly task: 'large-room';
  readonly maker: Access;
  readonly alias: string;
}

export async function makeLargeRoom({ maker, alias }: LargeRoomTask): Promise<{ roomId: string }> {
  const reply = await new Client(maker).post('/_matrix/client/v3/createRoom', {
    preset: 'public_chat',
    room_alias_name: alias,
  });
  return { roomId: String(expectOk('createRoom', reply).room_id) };
}
