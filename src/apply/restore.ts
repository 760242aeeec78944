import { restoreFailed } from '../backup/failed.ts';
import { Failure } from '../errors.ts';
import type { ChangeOf } from '../plan/change.ts';
import { PATHS, UID } from '../render/layout.ts';
import { newCluster } from './database.ts';
import { lockedImage } from './images.ts';
import { jobOrFail, marked, script, tail } from './script.ts';
import type { Hands, Outcome, Tools } from './tools.ts';

/** age's secret key while a backup is restored: in memory, for root, taken away at the end of the run. */
export const IDENTITY = '/run/matrix-bastion/age.identity';

/** The functions of read-backup.sh for one file. */
export const readBackup = (tools: Pick<Hands, 'scripts'>, file: string): string =>
  script(tools, 'read-backup.sh', { file, identity: IDENTITY });

/** Loads the database beside its place and moves it there when every row is in it; then the media. */
export const restoreData = async (
  { file, sha256 }: ChangeOf<'restore-data'>,
  tools: Tools,
): Promise<Outcome> => {
  const text = [
    newCluster(tools, await lockedImage(tools, 'postgres')),
    readBackup(tools, file),
    script(tools, 'load-database.sh'),
    script(tools, 'restore-data.sh', {
      root: PATHS.root,
      home: PATHS.postgresHome,
      sum: sha256,
      media_owner: `${UID.synapse.uid}:${UID.synapse.gid}`,
    }),
  ].join('\n');
  await jobOrFail(tools, 'restore-data', text, ({ stdout }) => {
    const why = marked(stdout, 'MB-RESTORE-FAILED') ?? tail(stdout, 1)[0];
    return new Failure({ ...restoreFailed(why), log: tail(stdout) });
  });
  return 'done';
};
