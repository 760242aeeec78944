import { databaseWay } from '../backup/plan.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { isSuccessorOf } from '../people/succession.ts';
import { postgresClient } from './backup.ts';
import { silentDatabase } from './look-at-rooms.ts';
import { marked, script } from './script.ts';
import type { Hands } from './tools.ts';

/**
 * The room that somebody here made last as the successor of a room; undefined without one. One round trip, nothing changed.
 * @throws Failure MB-ADMIN-DATABASE
 */
export const lookForSuccessor = async (
  { domain, roomId }: { readonly domain: string; readonly roomId: string },
  { host, scripts, signal, facts }: Omit<Hands, 'progress'> & { readonly facts: HostFacts },
): Promise<string | undefined> => {
  const text = [
    postgresClient({ scripts }, databaseWay(facts)),
    script({ scripts }, 'look-at-successors.sh', { domain, room: roomId }),
  ].join('\n');
  const { code, stdout } = await host.run(text, { timeout: 120_000, signal });
  const said = code === 0 ? marked(stdout, 'MB-SUCCESSORS') : undefined;
  if (said === undefined) throw silentDatabase();
  const found = JSON.parse(said) as readonly { readonly room_id: string; readonly event: string }[];
  return found.find(({ event }) => isSuccessorOf(event, roomId))?.room_id;
};
