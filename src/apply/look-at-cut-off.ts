import { databaseWay } from '../backup/plan.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { type CutOff, readCutOff, type TalkedTo } from '../people/cut-off.ts';
import { postgresClient } from './backup.ts';
import { marked, script } from './script.ts';
import type { Hands } from './tools.ts';

/** Rooms that are named; a list that is longer than that nobody reads. */
const MOST = 100;

interface Narrowing {
  /** server_name. */
  readonly domain: string;
  readonly before: TalkedTo;
  readonly after: TalkedTo;
}

/**
 * Looks in the database what hangs on the servers of `before` that are not in `after`; one round trip, nothing changed.
 * `host` is the machine without the log: rooms are their people's business. Undefined when the database does not answer.
 */
export const lookAtCutOff = async (
  { domain, before, after }: Narrowing,
  { host, scripts, signal, facts }: Omit<Hands, 'progress'> & { readonly facts: HostFacts },
): Promise<CutOff | undefined> => {
  const text = [
    postgresClient({ scripts }, databaseWay(facts)),
    script({ scripts }, 'look-at-cut-off.sh', {
      domain,
      before: JSON.stringify(before),
      after: JSON.stringify(after),
      most: MOST,
    }),
  ].join('\n');
  const { code, stdout } = await host.run(text, { timeout: 120_000, signal });
  const said = code === 0 ? marked(stdout, 'MB-CUT-OFF') : undefined;
  return said === undefined ? undefined : readCutOff(JSON.parse(said) as Readonly<Record<string, unknown>>);
};
