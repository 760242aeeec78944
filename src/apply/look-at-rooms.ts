import { type KnownRoom, readKnownRooms } from '../people/server-block.ts';
import { type LookHands, lookInDatabase, silentDatabase } from './look-in-database.ts';

/** Every room that people of this server are in, with who has a say there. @throws Failure MB-ADMIN-DATABASE */
export const lookAtRooms = async (
  { domain, server }: { readonly domain: string; readonly server: string },
  hands: LookHands,
): Promise<readonly KnownRoom[]> => {
  const seen = await lookInDatabase('look-at-rooms.sh', { domain, server }, 'MB-ROOMS', hands);
  if ('silence' in seen) throw silentDatabase(seen.silence);
  return readKnownRooms(seen.answer as Readonly<Record<string, unknown>>[]);
};
