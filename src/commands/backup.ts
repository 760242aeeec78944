import { readS3Path } from '../backup/destination.ts';
import type { CommandContext } from '../cli/context.ts';
import type { BackupOptions } from '../cli/options.ts';
import { connectionProblems, problemsOf } from '../cli/problems.ts';
import type { ExitCode } from '../errors.ts';
import { list } from './backup/list.ts';
import { make } from './backup/make.ts';
import { s3Problems, withObjectStore } from './backup/s3.ts';
import { schedule } from './backup/schedule.ts';
import { copySigningKey } from './backup/signing-key.ts';
import { onMachine } from './backup/tools.ts';
import { verify } from './backup/verify.ts';
import { fileProblems, identityProblems } from './restore/look-into.ts';

export const problems = (options: BackupOptions): readonly string[] =>
  problemsOf([
    () => togetherProblems(options),
    () => (options.verify === undefined ? [] : fileProblems('--verify', options.verify)),
    () => identityProblems(options.ageIdentityFile),
    () => s3Problems(options, options.to?.store === 's3' || readS3Path(options.verify ?? '') !== undefined),
    () => connectionProblems(options),
  ]);

/** Flags without an effect are refused. */
const togetherProblems = (options: BackupOptions): readonly string[] => {
  const { verify: file, schedule: how, list: shown, ageIdentityFile, signingKey } = options;
  const forms = [
    ...(shown ? ['--list'] : []),
    ...(file === undefined ? [] : ['--verify']),
    ...(how === undefined ? [] : ['--schedule']),
    ...(signingKey === undefined ? [] : ['--signing-key']),
  ];
  if (forms.length > 1) return [`${forms.join(' does not go with ')}: give one of them`];
  const makesNone = shown || file !== undefined || signingKey !== undefined;
  const idle = [
    ...(makesNone && options.keep !== undefined ? ['--keep'] : []),
    ...(makesNone && options.recipient !== undefined ? ['--recipient'] : []),
    ...(makesNone && options.unencrypted ? ['--unencrypted'] : []),
    ...(makesNone && options.dryRun ? ['--dry-run'] : []),
    ...((file ?? signingKey) !== undefined && options.to !== undefined ? ['--to'] : []),
  ];
  return [
    ...idle.map((flag) => `${flag} has no meaning with ${forms[0]}`),
    ...(makesNone ? [] : unencryptedProblems(options)),
    ...(ageIdentityFile !== undefined && file === undefined ? ['--age-identity-file needs --verify'] : []),
  ];
};

const unencryptedProblems = ({ unencrypted, recipient, to }: BackupOptions): readonly string[] => {
  if (!unencrypted) return [];
  if (recipient !== undefined) return ['--unencrypted does not go with --recipient: give one of them'];
  return to?.store === 's3' ? [] : ['--unencrypted has no meaning without s3://BUCKET/PREFIX'];
};

/** Makes a backup, or one of the other things that are to be done with backups. */
export const run = (options: BackupOptions, context: CommandContext): Promise<ExitCode> =>
  onMachine(options, context, (tools) => {
    if (options.list) return list(options, tools);
    if (options.verify !== undefined) {
      const file = options.verify;
      return withObjectStore(file, options, tools, () => verify(file, options, tools));
    }
    if (options.signingKey !== undefined) return copySigningKey(options.signingKey, tools);
    if (options.schedule !== undefined) return schedule(options.schedule, options, tools);
    return make(options, tools);
  });
