import { databaseWay } from '../backup/plan.ts';
import { Failure } from '../errors.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { postgresClient } from './backup.ts';
import { marked, script, tail } from './script.ts';
import type { Hands } from './tools.ts';

/** A machine without the log, as what is looked at is people's business; and what it is like. */
export type LookHands = Omit<Hands, 'progress'> & { readonly facts: HostFacts };

/** A script of templates/scripts that asks the server's database, wherever that is. */
export const databaseScript = (
  name: string,
  variables: Readonly<Record<string, string | number>>,
  { scripts, facts }: Pick<LookHands, 'scripts' | 'facts'>,
): string =>
  [postgresClient({ scripts }, databaseWay(facts)), script({ scripts }, name, variables)].join('\n');

/** For a whole look; what the database itself may take is LIMIT. */
const LOOK_MS = 120_000;

/**
 * One round trip, nothing changed.
 * @param mark before the JSON that the script prints
 * @returns that JSON; or, where the database did not answer, what psql said instead
 */
export const lookInDatabase = async (
  name: string,
  variables: Readonly<Record<string, string | number>>,
  mark: string,
  hands: LookHands,
): Promise<{ readonly answer: unknown } | { readonly silence: string }> => {
  const { host, signal } = hands;
  const { code, stdout, stderr } = await host.run(databaseScript(name, variables, hands), {
    timeout: LOOK_MS,
    signal,
  });
  const said = code === 0 ? marked(stdout, mark) : undefined;
  return said === undefined ? { silence: stderr } : { answer: JSON.parse(said) as unknown };
};

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
