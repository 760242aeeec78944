import { databaseWay } from '../backup/plan.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { type Claimant, claimantsOf } from '../people/succession.ts';
import { postgresClient } from './backup.ts';
import { silentDatabase } from './look-at-rooms.ts';
import { marked, script } from './script.ts';
import type { Hands } from './tools.ts';

/**
 * Rooms that somebody here made as successors of a room, the newest first. One round trip, nothing changed.
 * @throws Failure MB-ADMIN-DATABASE
 */
export const lookForSuccessors = async (
  { domain, roomId }: { readonly domain: string; readonly roomId: string },
  { host, scripts, signal, facts }: Omit<Hands, 'progress'> & { readonly facts: HostFacts },
): Promise<readonly Claimant[]> => {
  const text = [
    postgresClient({ scripts }, databaseWay(facts)),
    script({ scripts }, 'look-at-successors.sh', { domain, room: roomId }),
  ].join('\n');
  const { code, stdout, stderr } = await host.run(text, { timeout: 120_000, signal });
  const said = code === 0 ? marked(stdout, 'MB-SUCCESSORS') : undefined;
  if (said === undefined) throw silentDatabase(stderr);
  return claimantsOf(JSON.parse(said) as { room_id: string; event: string }[], roomId);
};
