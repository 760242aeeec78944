import { machines } from '../../test/world/index.ts';
import type { Access } from './client.ts';
import { BenchServer, type ServerOptions } from './server.ts';

const NAME = 'bn-peer';
const OPTIONS: ServerOptions = {
  name: NAME,
  domain: `${NAME}.test`,
  tier: 'custom',
  rooms: 20,
  memoryGib: 6,
  vcpus: 2,
};
const NOTES = '/root/bench-peer.json';
const WIDTH = 10;
/** Members of the large room that speak later; the others are just there. */
const SPEAKERS = 20;

/** The other server: a room with many members, for ours to join. */
export interface Peer {
  readonly server: BenchServer;
  readonly roomId: string;
  readonly alias: string;
  readonly members: number;
  readonly speakers: readonly Access[];
}

type Notes = Omit<Peer, 'server'>;

export const peerName = NAME;

/** The one that an earlier run kept, when its room is as large; otherwise a new one. */
export const findPeer = async (members: number): Promise<Peer> =>
  (await keptPeer(members)) ?? (await makePeer(members));

async function keptPeer(members: number): Promise<Peer | undefined> {
  const machine = machines().find(({ name }) => name === NAME);
  if (machine === undefined || !(await machine.isRunning())) return undefined;
  const { exitCode, stdout } = await machine.exec(`cat ${NOTES}`, { reject: false });
  if (exitCode !== 0) return undefined;
  const notes = JSON.parse(stdout) as Notes;
  if (notes.members !== members) return undefined;
  return { ...notes, server: BenchServer.at(machine, OPTIONS) };
}

async function makePeer(members: number): Promise<Peer> {
  const server = await BenchServer.install(OPTIONS);
  await server.liftLimits();
  const users = await server.addUsers(members);
  const { roomId } = await server.load<{ roomId: string }>({
    task: 'large-room',
    maker: users[0],
    alias: 'large',
  });
  const others = users.slice(1);
  const { seconds } = await server.load<{ seconds: number }>({
    task: 'join',
    users: others,
    room: roomId,
    width: WIDTH,
  });
  console.error(
    `  ${members} members on ${server.domain}: ${(others.length / seconds).toFixed(0)} joins per second`,
  );
  const notes: Notes = {
    roomId,
    alias: `#large:${server.domain}`,
    members,
    speakers: users.slice(0, SPEAKERS),
  };
  await server.vps.exec(`umask 077; cat >${NOTES}`, { input: JSON.stringify(notes) });
  return { ...notes, server };
}
