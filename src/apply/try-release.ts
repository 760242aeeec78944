import { Failure } from '../errors.ts';
import type { ChangeOf } from '../plan/change.ts';
import { UNTRIED } from '../releases/consents.ts';
import { PATHS } from '../render/layout.ts';
import { postgresClient } from './backup.ts';
import { newCluster } from './database.ts';
import { jobOrFail, likelyCause, marked, script, tail } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

/** A large schema change on empty tables takes seconds. Guess, for slow disks. */
const LIMIT_SECONDS = 600;

const SAFE =
  'Nothing was stopped: the old release serves. The copy is gone, the backup that was made before it stays.';

/** What a try says that was red, in Synapse's own words, or that could not be made. Pure. */
export const tryFailure = (synapse: string, output: string): Failure => {
  const noCopy = marked(output, 'MB-TRY-NO-COPY');
  if (noCopy !== undefined)
    return new Failure({
      code: 'MB-UPGRADE-COPY',
      what: 'The schema of the database could not be copied to try the new Synapse on it.',
      why: noCopy,
      fix: ['Correct the cause, then run this again.', `Or go on without a try: --accept ${UNTRIED}`],
      safe: SAFE,
    });
  const said = output
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2));
  const cause = likelyCause(said.join('\n')) || tail(output, 1)[0];
  return new Failure({
    code: 'MB-UPGRADE-SCHEMA',
    what: `Synapse ${synapse} cannot bring a copy of this server's database to its own form.`,
    ...(cause === undefined ? {} : { why: cause }),
    fix: [
      'Stay with the Synapse that runs, and show the lines below to the people of Synapse.',
      `Or go on without a try: --accept ${UNTRIED}. If the upgrade fails then, the old release is put back.`,
    ],
    safe: SAFE,
    log: tail(said.join('\n')),
  });
};

/** The new Synapse on a copy of the database's schema, before anything is stopped. */
export const tryRelease = async (
  { synapse, database }: ChangeOf<'try-release'>,
  tools: Tools,
): Promise<Outcome> => {
  const { host, signal } = tools;
  const lock = await host.run(`sed -n 's/^SYNAPSE_IMAGE=//p' ${PATHS.nextRelease}/.env`, { signal });
  const text = [
    postgresClient(tools, database),
    newCluster(tools, database.image),
    script(tools, 'try-release.sh', {
      state: PATHS.upgrade,
      synapse: lock.stdout.trim(),
      staged: PATHS.synapseConfig.replace(PATHS.root, PATHS.nextRelease),
      limit: LIMIT_SECONDS,
    }),
  ].join('\n');
  const progress = (line: string) => /^(MB-|\| )/.test(line) || tools.progress(line);
  const { stdout } = await jobOrFail({ ...tools, progress }, 'try-release', text, (result) =>
    tryFailure(synapse, result.stdout),
  );
  const [schema = '', compat = ''] = (marked(stdout, 'MB-TRIED') ?? '').split(' ');
  tools.progress(`the copy has schema ${schema} now, for Synapses that know ${compat} or newer`);
  return 'done';
};
