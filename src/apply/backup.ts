import type { Destination } from '../backup/destination.ts';
import { backupFailed } from '../backup/failed.ts';
import type { BackupPlan } from '../backup/plan.ts';
import { S3_CONFIG } from '../backup/s3.ts';
import { type LastBackup, parsed } from '../backup/seen.ts';
import { EXIT, Failure } from '../errors.ts';
import { PATHS } from '../render/layout.ts';
import { jobOrFail, marked, script } from './script.ts';
import type { Hands } from './tools.ts';

/** The functions that lead to Synapse's database, wherever it is. */
export const postgresClient = (
  { scripts }: Pick<Hands, 'scripts'>,
  { place, image }: BackupPlan['database'],
): string => script({ scripts }, 'postgres-client.sh', { database: place, image, root: PATHS.root });

/** The functions that reach the place of backups, with what else is set before them. */
export const backupPlace = (
  { scripts }: Pick<Hands, 'scripts'>,
  { folder, remote, store }: Destination,
  variables: Readonly<Record<string, string | number>>,
): string =>
  store === 's3'
    ? script({ scripts }, 'backup-s3.sh', { folder, remote: 's3', s3_config: S3_CONFIG, ...variables })
    : script({ scripts }, 'backup-folder.sh', { folder, remote: remote ?? '', ...variables });

/** The text of the script that makes a backup: the same for a run and for a timer. */
export const backupScript = (
  { scripts }: Pick<Hands, 'scripts'>,
  { serverName, destination, recipient, keep, database, before }: BackupPlan,
  version: string,
): string =>
  [
    backupPlace({ scripts }, destination, {
      server_name: serverName,
      made_by: `matrix-bastion ${version}`,
      root: PATHS.root,
      recipient: recipient ?? '',
      keep,
      memory: '/run/matrix-bastion',
      media: before === 'upgrade' ? '' : 'local_content local_thumbnails',
      record_as: before === 'upgrade' ? 'upgrade/backup' : 'backup',
    }),
    postgresClient({ scripts }, database),
    script({ scripts }, 'dump-database.sh'),
    script({ scripts }, 'backup.sh'),
  ].join('\n');

/** Makes the backup as a job of the machine: it goes on when the connection is lost, and a rerun follows it. */
export const makeBackup = async (plan: BackupPlan, tools: Hands, version: string): Promise<LastBackup> => {
  const fail = (output: string): Failure => {
    const text = backupFailed(marked(output, 'MB-BACKUP-FAILED'));
    return new Failure(text, text.code === 'MB-BACKUP-RUNNING' ? EXIT.refused : EXIT.failed);
  };
  const progress = (line: string) => line.startsWith('MB-') || tools.progress(line);
  const { stdout } = await jobOrFail(
    { ...tools, progress },
    'backup',
    backupScript(tools, plan, version),
    (result) => fail(result.stdout),
  );
  const made = parsed<LastBackup>(marked(stdout, 'MB-BACKUP'));
  if (made === undefined) throw fail(stdout);
  return made;
};
