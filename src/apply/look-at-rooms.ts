import { databaseWay } from '../backup/plan.ts';
import { Failure } from '../errors.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { type KnownRoom, readKnownRooms } from '../people/server-block.ts';
import { postgresClient } from './backup.ts';
import { marked, script, tail } from './script.ts';
import type { Hands } from './tools.ts';

/** How long a look may take in the database, in seconds; the same in templates/scripts/look-at-*.sh. */
const LIMIT = 60;

/** How a command ends that needs the database and gets no answer. @param said what psql wrote to stderr */
export const silentDatabase = (said = ''): Failure => {
  const lines = tail(said);
  const why = lines.findLast((line) => /(ERROR|FATAL|error):/.test(line)) ?? lines.at(-1);
  const tooLong = /statement timeout/.test(why ?? '');
  return new Failure({
    code: 'MB-ADMIN-DATABASE',
    what: tooLong
      ? `Synapse's database did not answer within ${LIMIT} s.`
      : "Synapse's database did not answer.",
    ...(why !== undefined && { why }),
    fix: tooLong
      ? ['It runs, and is busy. Run this again when there is less to do; by `uptime` on the machine.']
      : ['On the machine: docker compose -f /opt/matrix-bastion/compose.yaml ps postgres'],
    safe: 'Nothing was changed.',
  });
};

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
  const { code, stdout, stderr } = await host.run(text, { timeout: 120_000, signal });
  const said = code === 0 ? marked(stdout, 'MB-ROOMS') : undefined;
  if (said === undefined) throw silentDatabase(stderr);
  return readKnownRooms(JSON.parse(said) as Readonly<Record<string, unknown>>[]);
};
