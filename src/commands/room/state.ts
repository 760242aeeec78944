import { refusedBySynapse } from '../../apply/admin-api.ts';
import { printable } from '../../federation/printable.ts';
import { type OldRoom, oldRoom, readState } from '../../people/succession.ts';
import type { Server } from '../admin/server.ts';

/** A room as this server knows it; undefined when it knows nothing of it. */
export const stateOf = async (roomId: string, { api }: Server): Promise<OldRoom | undefined> => {
  const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}/state`;
  const [reply] = await api([{ method: 'GET', path }]);
  if (reply?.status === 404) return undefined;
  if (reply?.status !== 200 || !Array.isArray(reply.body.state))
    throw refusedBySynapse(reply, `${printable(roomId, 255)} could not be looked at.`);
  return oldRoom(roomId, readState(reply.body.state as Readonly<Record<string, unknown>>[]));
};
