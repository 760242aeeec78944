import { statSync } from 'node:fs';
import { loadScripts } from '../apply/load-scripts.ts';
import { takeLock } from '../apply/lock.ts';
import { installPackages } from '../apply/packages.ts';
import { IDENTITY, readBackup } from '../apply/restore.ts';
import { commandFailure, jobOrFail, runOrFail, script } from '../apply/script.ts';
import type { Hands } from '../apply/tools.ts';
import { type Contents, judgeContents, parseInspection, rowsIn, unfitToRestore } from '../backup/contents.ts';
import { markText } from '../backup/mark.ts';
import { sizeText } from '../backup/size.ts';
import { restoreStart } from '../backup/target.ts';
import type { CommandContext } from '../cli/context.ts';
import type { RestoreOptions } from '../cli/options.ts';
import { problemsOf, secretProblems } from '../cli/problems.ts';
import { readSecretFile } from '../cli/secret-file.ts';
import { type ExitCode, Failure, Refusal } from '../errors.ts';
import { gatherFacts, type HostFacts } from '../host/facts/index.ts';
import { summaryOf } from '../host/facts/summary.ts';
import { loggedHost } from '../host/logged.ts';
import { quote } from '../host/quote.ts';
import { RELEASE } from '../releases/release.ts';
import { PATHS, UID } from '../render/layout.ts';
import { type Connection, openConnection } from './init/connection.ts';
import { problems as initProblems } from './init/problems.ts';
import { agree } from './init/show.ts';
import { installOver } from './init.ts';
import { type Brought, bringBackup, pathOnHost } from './restore/bring.ts';
import { clearTheWayFor } from './restore/clear.ts';

/** age-keygen writes the public key as a comment before it. */
const SECRET_KEY = /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/m;

const unusableIdentity = (text: string): string | undefined =>
  SECRET_KEY.test(text)
    ? undefined
    : "it holds no secret key of age (AGE-SECRET-KEY-1…), as age-keygen's file does";

export const problems = (options: RestoreOptions, env: CommandContext['env']): readonly string[] => [
  ...initProblems(options, env),
  ...problemsOf([
    () => fileProblems(options.file),
    () => secretProblems('--age-identity-file', options.ageIdentityFile, unusableIdentity),
  ]),
];

const fileProblems = (file: string): readonly string[] => {
  const there = pathOnHost(file);
  if (there !== undefined)
    return /^\/[^\0\n]+$/.test(there) ? [] : [`file: "${file}" is not host: with an absolute path after it`];
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return [`file: ${file} cannot be read: no such file or directory`];
  return found.isFile() ? [] : [`file: ${file} is no file`];
};

/** The same server on a fresh machine: looks into the backup, puts it in place, then is init with its answers. */
export const run = async (options: RestoreOptions, context: CommandContext): Promise<ExitCode> => {
  const connection = await openConnection(options, context, 'restore');
  const { host: plain, log } = connection;
  const host = loggedHost(plain, (text, result) => log.command(text, result));
  const hands = { host, scripts: loadScripts(), signal: context.signal };
  try {
    const facts = await gatherFacts(plain, context.signal);
    log.line(`facts: ${summaryOf(facts)}`);
    refuseElsewhere(facts);
    if (options.ageIdentityFile !== undefined) await putIdentity(options.ageIdentityFile, hands, context);
    const { file, contents } = await lookInto(options, facts, connection, hands, context);
    const start = restoreStart(facts, contents.sha256, plain.name);
    if (start.kind === 'refused') throw new Failure(start.problem, start.exitCode);
    if (start.kind !== 'restored') {
      const unfit = unfitToRestore(contents, RELEASE);
      if (unfit !== undefined) throw new Refusal(unfit);
      if (start.kind === 'fresh') await clearTheWayFor(contents, file, facts, connection, options, context);
      show(contents, file, plain.name, context);
      await agree(options, context);
      await place(file, contents, hands);
    }
    // What was agreed to is the whole server, and the answers are the backup's.
    return await installOver(connection, { ...options, yes: true }, context);
  } finally {
    if (options.ageIdentityFile !== undefined) await plain.run(`rm -f ${IDENTITY}`).catch(() => {});
    await plain.close();
  }
};

/** Before hours of copying: a machine that holds a server and is not being restored. */
const refuseElsewhere = (facts: HostFacts): void => {
  if (facts.restoreMark !== '') return;
  const start = restoreStart(facts, '', 'the machine');
  if (start.kind === 'refused') throw new Failure(start.problem, start.exitCode);
};

const putIdentity = async (
  path: string,
  { host }: Pick<Hands, 'host'>,
  { redactor }: CommandContext,
): Promise<void> => {
  const content = `${readSecretFile('--age-identity-file', path, redactor)}\n`;
  await host.putTree([
    { path: '/run/matrix-bastion', type: 'directory', mode: 0o700, ...UID.root },
    { path: IDENTITY, type: 'file', content, mode: 0o600, ...UID.root },
  ]);
};

/** Brings the backup to the machine and reads it there from end to end. */
const lookInto = async (
  { file: given, ageIdentityFile }: RestoreOptions,
  facts: HostFacts,
  { host: plain }: Connection,
  hands: Omit<Hands, 'progress'>,
  context: CommandContext,
): Promise<{ readonly file: string; readonly contents: Contents }> => {
  let brought: Brought = { file: '', copied: false };
  let output = '';
  const known = await plain.run('command -v age >/dev/null', { signal: context.signal });
  const needsAge = ageIdentityFile !== undefined && known.code !== 0 && facts.machine.dpkgArch !== '';
  await context.ui.run(
    [
      {
        id: 'bring',
        title: 'Bring the backup to the machine',
        run: async (progress, signal) => {
          // The pieces themselves are nothing for the log.
          brought = await bringBackup(given, plain, progress, signal);
        },
      },
      {
        id: 'age',
        title: 'Install age',
        skip: () => (needsAge ? undefined : 'nothing to install'),
        run: async (progress) => {
          await installPackages({ kind: 'install-packages', packages: ['age'] }, { ...hands, progress });
        },
      },
      {
        id: 'inspect',
        title: 'Read it from end to end',
        run: async () => {
          const text = [
            readBackup(hands, brought.file),
            script(hands, 'inspect-backup.sh', { root: PATHS.root }),
          ].join('\n');
          const { stdout } = await jobOrFail(
            { ...hands, progress: () => {} },
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
  const { file, copied } = brought;
  const judged = judgeContents(parseInspection(output), given);
  if ('problem' in judged) {
    // A copy that is good for nothing is not left behind.
    if (copied && judged.problem.code === 'MB-BACKUP-DAMAGED') await plain.run(`rm -f ${quote(file)}`);
    throw new Failure(judged.problem);
  }
  return { file, contents: judged.contents };
};

const failure = commandFailure(
  'MB-RESTORE-READ',
  'The backup could not be read on the machine.',
  ['Run this again.'],
  'Nothing was changed.',
);

const place = async (file: string, contents: Contents, hands: Omit<Hands, 'progress'>): Promise<void> => {
  const lock = await takeLock(hands.host, hands.scripts);
  try {
    const { sha256, manifest } = contents;
    const text = [
      readBackup(hands, file),
      script(hands, 'place-restored.sh', {
        root: PATHS.root,
        mark: markText({ state: 'pending', sha256, file }),
        key_sum: manifest.signingKeySha256,
      }),
    ].join('\n');
    await runOrFail(
      { ...hands, progress: () => {} },
      text,
      commandFailure(
        'MB-RESTORE-PLACE',
        'The files of the backup could not be put in place.',
        [`Check the disk of ${PATHS.root}, then run this again.`],
        'Nothing was started.',
      ),
    );
  } finally {
    await lock.release().catch(() => {});
  }
};

const show = (
  { manifest, proof, sha256 }: Contents,
  file: string,
  machine: string,
  { ui }: CommandContext,
): void => {
  ui.table([
    { name: 'Restores', value: `${manifest.serverName}, as it was at ${manifest.made}` },
    { name: 'From', value: `${file} (SHA-256 ${sha256.slice(0, 16)}…)` },
    { name: 'To', value: machine },
    {
      name: 'Data',
      value: `${rowsIn(proof)} rows in ${Object.keys(proof.rows).length} tables, database ${sizeText(manifest.databaseBytes)}, media ${sizeText(manifest.mediaBytes)}`,
    },
    {
      name: 'Signing key',
      value: `the same; SHA-256 of its file ${manifest.signingKeySha256.slice(0, 16)}…`,
    },
  ]);
  if (manifest.media === 'none')
    ui.note(
      'This backup was made by an upgrade and holds no media: what people sent as files will be missing.',
    );
  ui.note(
    'The old machine has to be off, or its server stopped for good: two servers of one name and key damage each other’s rooms.',
  );
};
