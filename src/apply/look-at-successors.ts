import { type Claimant, claimantsOf } from '../people/succession.ts';
import { type LookHands, lookInDatabase, silentDatabase } from './look-in-database.ts';

/** Rooms that somebody here made as successors of a room, the newest first. @throws Failure MB-ADMIN-DATABASE */
export const lookForSuccessors = async (
  { domain, roomId }: { readonly domain: string; readonly roomId: string },
  hands: LookHands,
): Promise<readonly Claimant[]> => {
  const seen = await lookInDatabase(
    'look-at-successors.sh',
    { domain, room: roomId },
    'MB-SUCCESSORS',
    hands,
  );
  if ('silence' in seen) throw silentDatabase(seen.silence);
  return claimantsOf(seen.answer as { room_id: string; event: string }[], roomId);
};
