import { newCluster } from '../../apply/database.ts';
import { takeLock } from '../../apply/lock.ts';
import { readBackup } from '../../apply/restore.ts';
import { jobOrFail, marked, script, tail } from '../../apply/script.ts';
import { rowsIn } from '../../backup/contents.ts';
import { DEFAULT_DESTINATION } from '../../backup/destination.ts';
import { sizeText } from '../../backup/size.ts';
import type { BackupOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode, Failure, Refusal } from '../../errors.ts';
import { quote } from '../../host/quote.ts';
import { RELEASE } from '../../releases/release.ts';
import { lockedImages } from '../../steps/compare.ts';
import { lookInto, withIdentity } from '../restore/look-into.ts';
import type { BackupTools } from './tools.ts';

/** As for a backup: what stays free at least. Guess. */
const SPARE = 512 * 1024 * 1024;

/** Loads a backup into a database of its own on the machine, counts every row, and throws that away. */
export const verify = (file: string, options: BackupOptions, tools: BackupTools): Promise<ExitCode> =>
  withIdentity(options.ageIdentityFile, tools, tools.context, async () => {
    const { context, facts, host, scripts, plain } = tools;
    if (facts.docker.engine === '')
      throw new Refusal({
        code: 'MB-VERIFY-DOCKER',
        what: `There is no Docker that runs on ${plain.name}.`,
        why: 'The backup is loaded into a Postgres of its own, in a container.',
        fix: ['Verify it on the machine of a server, or where Docker is.'],
        safe: 'Nothing was changed.',
      });
    const { file: there, copied, contents } = await lookInto(file, options.ageIdentityFile, tools);
    const { manifest, proof, free } = contents;
    if (free < manifest.databaseBytes + SPARE)
      throw new Refusal({
        code: 'MB-VERIFY-DISK',
        what: 'There is not enough room to load the backup.',
        why: `The database takes ${sizeText(manifest.databaseBytes)}, ${sizeText(SPARE)} stay free; ${sizeText(free)} are free.`,
        fix: ['Free space, or verify it on another machine with Docker.'],
        safe: 'The server runs; the backup is as it was.',
      });
    const text = [
      newCluster({ scripts }, lockedImages(facts.imageLock).postgres ?? RELEASE.images.postgres),
      readBackup({ scripts }, there),
      script({ scripts }, 'load-database.sh'),
      script({ scripts }, 'verify-backup.sh', {
        folder: DEFAULT_DESTINATION.folder,
        key_sum: manifest.signingKeySha256,
      }),
    ].join('\n');
    const lock = await takeLock(host, scripts);
    try {
      let said = '';
      await context.ui.run(
        [
          {
            id: 'verify',
            title: 'Load it into a scratch database and count',
            run: async (progress) => {
              const shown = (line: string) => line.startsWith('MB-') || progress(line);
              const { stdout } = await jobOrFail(
                { ...tools, progress: shown },
                'verify-backup',
                text,
                (result) => notVerified(result.stdout, there),
              );
              said = marked(stdout, 'MB-VERIFIED') ?? '';
            },
          },
        ],
        context.signal,
      );
      const [tables = '', files = '', hashed = '0'] = said.split(' ');
      context.ui.table([
        { name: 'Verified', value: `${manifest.serverName}, as it was at ${manifest.made}` },
        { name: 'Rows', value: `${rowsIn(proof)} in ${tables} tables: as many as when it was made` },
        {
          name: 'Media',
          value: `${files} files, ${hashed} of them compared with the hashes of their originals`,
        },
        { name: 'Signing key', value: 'there, and the one of the manifest' },
      ]);
      return EXIT.done;
    } finally {
      await lock.release().catch(() => {});
      if (copied) await plain.run(`rm -f ${quote(there)}`).catch(() => {});
    }
  });

const notVerified = (output: string, file: string): Failure => {
  const why = marked(output, 'MB-VERIFY-FAILED') ?? tail(output, 1)[0];
  return new Failure({
    code: 'MB-VERIFY',
    what: `${file} would not bring the server back as it was.`,
    ...(why === undefined ? {} : { why }),
    fix: ['Make another one: matrix-bastion backup', 'Do not throw older ones away until one is verified.'],
    safe: 'The server runs; the backup is as it was, and the scratch database is gone.',
    log: tail(output),
  });
};
