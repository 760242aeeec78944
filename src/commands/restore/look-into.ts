import { statSync } from 'node:fs';
import { installPackages } from '../../apply/packages.ts';
import { IDENTITY, readBackup } from '../../apply/restore.ts';
import { commandFailure, jobOrFail, script } from '../../apply/script.ts';
import type { Hands } from '../../apply/tools.ts';
import { type Contents, judgeContents, parseInspection } from '../../backup/contents.ts';
import { readS3Path } from '../../backup/destination.ts';
import type { CommandContext } from '../../cli/context.ts';
import { secretProblems } from '../../cli/problems.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { Failure } from '../../errors.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import type { Host } from '../../host/host.ts';
import { quote } from '../../host/quote.ts';
import { PATHS, UID } from '../../render/layout.ts';
import { type Brought, bringBackup, pathOnHost } from './bring.ts';
import { fetchBackup } from './fetch.ts';

/** age-keygen writes the public key as a comment before it. */
const SECRET_KEY = /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/m;

const unusableIdentity = (text: string): string | undefined =>
  SECRET_KEY.test(text)
    ? undefined
    : "it holds no secret key of age (AGE-SECRET-KEY-1…), as age-keygen's file does";

/** What is wrong about age's key file. */
export const identityProblems = (path: string | undefined): readonly string[] =>
  secretProblems('--age-identity-file', path, unusableIdentity);

/** What is wrong about the backup that was named, seen without touching anything. */
export const fileProblems = (name: string, file: string): readonly string[] => {
  if (file.startsWith('s3://'))
    return readS3Path(file)?.includes('/')
      ? []
      : [`${name}: "${file}" is no backup in an object store such as s3://BUCKET/PREFIX/NAME`];
  const there = pathOnHost(file);
  if (there !== undefined)
    return /^\/[^\0\n]+$/.test(there)
      ? []
      : [`${name}: "${file}" is not host: with an absolute path after it`];
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return [`${name}: ${file} cannot be read: no such file or directory`];
  return found.isFile() ? [] : [`${name}: ${file} is no file`];
};

/** With age's secret key in the machine's memory while `work` goes on, when one was named. */
export const withIdentity = async <T>(
  path: string | undefined,
  { host }: Pick<Hands, 'host'>,
  { redactor }: CommandContext,
  work: () => Promise<T>,
): Promise<T> => {
  if (path === undefined) return work();
  const content = `${readSecretFile('--age-identity-file', path, redactor)}\n`;
  await host.putTree([
    { path: '/run/matrix-bastion', type: 'directory', mode: 0o700, ...UID.root },
    { path: IDENTITY, type: 'file', content, mode: 0o600, ...UID.root },
  ]);
  try {
    return await work();
  } finally {
    await host.run(`rm -f ${IDENTITY}`).catch(() => {});
  }
};

interface LookTools extends Omit<Hands, 'progress'> {
  /** The same machine without the log: pieces of a file are nothing for it. */
  readonly plain: Host;
  readonly facts: HostFacts;
  readonly context: CommandContext;
}

/** Brings a backup to the machine and reads it there from end to end. @throws Failure when it is not whole. */
export const lookInto = async (
  given: string,
  identity: string | undefined,
  tools: LookTools,
): Promise<Brought & { readonly contents: Contents }> => {
  const { plain, facts, context } = tools;
  let brought: Brought = { file: '', copied: false };
  let output = '';
  const known = await plain.run('command -v age >/dev/null', { signal: context.signal });
  const needsAge = identity !== undefined && known.code !== 0 && facts.machine.dpkgArch !== '';
  await context.ui.run(
    [
      {
        id: 'bring',
        title: 'Bring the backup to the machine',
        run: async (progress, signal) => {
          const inStore = readS3Path(given);
          brought =
            inStore === undefined
              ? await bringBackup(given, plain, progress, signal)
              : await fetchBackup(inStore, { ...tools, progress, signal });
        },
      },
      {
        id: 'age',
        title: 'Install age',
        skip: () => (needsAge ? undefined : 'nothing to install'),
        run: async (progress) => {
          await installPackages({ kind: 'install-packages', packages: ['age'] }, { ...tools, progress });
        },
      },
      {
        id: 'inspect',
        title: 'Read it from end to end',
        run: async () => {
          const text = [
            readBackup(tools, brought.file),
            script(tools, 'inspect-backup.sh', { root: PATHS.root }),
          ].join('\n');
          const { stdout } = await jobOrFail(
            { ...tools, progress: () => {} },
            'inspect-backup',
            text,
            failure,
          );
          output = stdout;
        },
      },
    ],
    context.signal,
  );
  const judged = judgeContents(parseInspection(output), given);
  if ('contents' in judged) return { ...brought, contents: judged.contents };
  // A copy that is good for nothing is not left behind.
  if (brought.copied && judged.problem.code === 'MB-BACKUP-DAMAGED')
    await plain.run(`rm -f ${quote(brought.file)}`);
  throw new Failure(judged.problem);
};

const failure = commandFailure(
  'MB-RESTORE-READ',
  'The backup could not be read on the machine.',
  ['Run this again.'],
  'Nothing was changed.',
);
