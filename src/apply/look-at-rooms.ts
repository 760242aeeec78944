import { databaseWay } from '../backup/plan.ts';
import { Failure } from '../errors.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { type KnownRoom, readKnownRooms } from '../people/server-block.ts';
import { postgresClient } from './backup.ts';
import { marked, script } from './script.ts';
import type { Hands } from './tools.ts';

/** How a command ends that needs the database and gets no answer. */
export const silentDatabase = (): Failure =>
  new Failure({
    code: 'MB-ADMIN-DATABASE',
    what: "Synapse's database did not answer.",
    fix: ['On the machine: docker compose -f /opt/matrix-bastion/compose.yaml ps postgres'],
    safe: 'Nothing was changed.',
  });

/**
 * Every room that people of this server are in, with who has a say there; one round trip, nothing changed. `host` is the
 * machine without the log: rooms are their people's business. @throws Failure MB-ADMIN-DATABASE
 */
export const lookAtRooms = async (
  { domain, server }: { readonly domain: string; readonly server: string },
  { host, scripts, signal, facts }: Omit<Hands, 'progress'> & { readonly facts: HostFacts },
): Promise<readonly KnownRoom[]> => {
  const text = [
    postgresClient({ scripts }, databaseWay(facts)),
    script({ scripts }, 'look-at-rooms.sh', { domain, server }),
  ].join('\n');
  const { code, stdout } = await host.run(text, { timeout: 120_000, signal });
  const said = code === 0 ? marked(stdout, 'MB-ROOMS') : undefined;
  if (said === undefined) throw silentDatabase();
  return readKnownRooms(JSON.parse(said) as Readonly<Record<string, unknown>>[]);
};
