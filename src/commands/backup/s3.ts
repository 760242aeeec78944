import { installPackages } from '../../apply/packages.ts';
import { type Destination, readS3Path } from '../../backup/destination.ts';
import {
  rcloneConfig,
  readS3Credentials,
  S3_CONFIG,
  S3_CONFIG_IN_MEMORY,
  type S3Access,
} from '../../backup/s3.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { S3Options } from '../../cli/options.ts';
import { secretProblems } from '../../cli/problems.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { UsageError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { UID } from '../../render/layout.ts';
import type { BackupTools } from './tools.ts';

const FLAG = '--s3-credentials-file';

const objection = (text: string): string | undefined => {
  const read = readS3Credentials(text);
  return 'problem' in read ? `the file ${read.problem}` : undefined;
};

/** What is wrong about the flags of an object store. @param place whether one is named */
export const s3Problems = (options: S3Options, place: boolean): readonly string[] => {
  const { s3CredentialsFile, s3Endpoint, s3Region } = options;
  const given = [
    ...(s3CredentialsFile === undefined ? [] : [FLAG]),
    ...(s3Endpoint === undefined ? [] : ['--s3-endpoint']),
    ...(s3Region === undefined ? [] : ['--s3-region']),
  ];
  if (given.length > 0 && !place) return [`${given[0]} has no meaning without s3://BUCKET/PREFIX`];
  if (given.length > 0 && s3CredentialsFile === undefined) return [`${given[0]} needs ${FLAG}`];
  return secretProblems(FLAG, s3CredentialsFile, objection);
};

/** How the object store is reached, as this run says; undefined when it says nothing. */
const accessOf = (
  { s3CredentialsFile, s3Endpoint, s3Region }: S3Options,
  { redactor }: Pick<CommandContext, 'redactor'>,
): S3Access | undefined => {
  if (s3CredentialsFile === undefined) return undefined;
  const read = readS3Credentials(readSecretFile(FLAG, s3CredentialsFile, redactor));
  if ('problem' in read) throw new UsageError(`${FLAG}: ${s3CredentialsFile} ${read.problem}`);
  redactor.add(read.value.secretKey);
  return {
    ...read.value,
    ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }),
    ...(s3Region !== undefined && { region: s3Region }),
  };
};

/** Leaves rclone's configuration on a machine, for root alone. */
const putConfig = (path: string, access: S3Access, host: Host): Promise<void> =>
  host.putTree([
    { path: path.slice(0, path.lastIndexOf('/')), type: 'directory', mode: 0o700, ...UID.root },
    { path, type: 'file', content: rcloneConfig(access), mode: 0o600, ...UID.root },
  ]);

/** Whether this run brings keys for its destination. */
export const bringsKeys = (destination: Destination, options: S3Options): boolean =>
  destination.store === 's3' && options.s3CredentialsFile !== undefined;

/** The keys that were given, kept on the machine: a timer needs them there. */
export const keepKeys = (destination: Destination, options: S3Options, tools: BackupTools) => ({
  id: 'keys',
  title: 'Keep the keys of the object store on the machine',
  skip: () => (bringsKeys(destination, options) ? undefined : 'nothing given'),
  run: async (): Promise<void> => {
    const access = accessOf(options, tools.context);
    if (access !== undefined) await putConfig(S3_CONFIG, access, tools.host);
  },
});

/** rclone and the keys in the machine's memory while `work` goes on, when a backup is in an object store. */
export const withObjectStore = async <T>(
  file: string,
  options: S3Options,
  tools: Pick<BackupTools, 'host' | 'plain' | 'scripts' | 'signal' | 'context'>,
  work: () => Promise<T>,
): Promise<T> => {
  if (readS3Path(file) === undefined) return work();
  const { host, plain, context } = tools;
  const access = accessOf(options, context);
  const known = await plain.run('command -v rclone >/dev/null', { signal: context.signal });
  if (known.code !== 0)
    await context.ui.run(
      [
        {
          id: 'rclone',
          title: 'Install rclone',
          run: async (progress) => {
            await installPackages({ kind: 'install-packages', packages: ['rclone'] }, { ...tools, progress });
          },
        },
      ],
      context.signal,
    );
  if (access !== undefined) await putConfig(S3_CONFIG_IN_MEMORY, access, host);
  try {
    return await work();
  } finally {
    if (access !== undefined) await host.run(`rm -f ${S3_CONFIG_IN_MEMORY}`).catch(() => {});
  }
};
