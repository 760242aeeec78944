import { readSubject } from '../../people/rooms.ts';
import type { Server } from '../admin/server.ts';

/** A room and what it takes in the database, as Postgres's statistics estimate it. */
export interface LargeRoom {
  readonly roomId: string;
  readonly bytes: number;
}

const SHOWN = 5;
/** Smaller ones are not worth a word; a guess. */
const LEAST = 50 * 1024 * 1024;

/** `GET /_synapse/admin/v1/statistics/database/rooms` (Synapse manual, "Statistics"). Empty where Synapse cannot tell. */
export const largestRooms = async ({ api }: Server): Promise<readonly LargeRoom[]> => {
  const [reply] = await api([{ method: 'GET', path: '/_synapse/admin/v1/statistics/database/rooms' }]);
  const list = reply?.status === 200 && Array.isArray(reply.body.rooms) ? reply.body.rooms : [];
  return (list as { readonly room_id?: unknown; readonly estimated_size?: unknown }[])
    .map(({ room_id: roomId, estimated_size: bytes }) => ({ roomId: String(roomId), bytes: Number(bytes) }))
    .filter(
      ({ roomId, bytes }) => readSubject(roomId)?.kind === 'room' && !/'/.test(roomId) && bytes >= LEAST,
    )
    .slice(0, SHOWN);
};
