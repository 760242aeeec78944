import { commandFailure, jobOrFail, marked, script } from '../../apply/script.ts';
import type { Hands } from '../../apply/tools.ts';
import { DEFAULT_DESTINATION } from '../../backup/destination.ts';
import { S3_CONFIG, S3_CONFIG_IN_MEMORY } from '../../backup/s3.ts';
import type { Brought } from './bring.ts';

/**
 * Fetches a backup from an object store to the machine, by the keys of this run or those that the machine keeps.
 * @param path BUCKET/PREFIX/NAME
 * @throws Failure MB-RESTORE-FETCH
 */
export const fetchBackup = async (path: string, tools: Hands): Promise<Brought> => {
  const { stdout } = await jobOrFail(
    { ...tools, progress: (line) => line.startsWith('MB-') || tools.progress(line) },
    'fetch-backup',
    script(tools, 'fetch-backup.sh', {
      path,
      folder: DEFAULT_DESTINATION.folder,
      configs: `${S3_CONFIG_IN_MEMORY} ${S3_CONFIG}`,
    }),
    commandFailure(
      'MB-RESTORE-FETCH',
      `s3://${path} could not be fetched to the machine.`,
      [
        'The keys have to open the bucket: --s3-credentials-file FILE, and --s3-endpoint URL where it is not Amazon.',
        'Then run this again.',
      ],
      'Nothing else was changed.',
    ),
  );
  const [, copied = '', file = ''] = /^(\S+) (.*)$/.exec(marked(stdout, 'MB-FETCHED') ?? '') ?? [];
  return { file, copied: copied === 'new' };
};
