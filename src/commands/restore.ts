import { loadScripts } from '../apply/load-scripts.ts';
import { takeLock } from '../apply/lock.ts';
import { readBackup } from '../apply/restore.ts';
import { commandFailure, runOrFail, script } from '../apply/script.ts';
import type { Hands } from '../apply/tools.ts';
import { type Contents, rowsIn, unfitToRestore } from '../backup/contents.ts';
import { readS3Path } from '../backup/destination.ts';
import { markText } from '../backup/mark.ts';
import { sizeText } from '../backup/size.ts';
import { restoreStart } from '../backup/target.ts';
import { answerProblems } from '../cli/answer-problems.ts';
import type { CommandContext } from '../cli/context.ts';
import type { RestoreOptions } from '../cli/options.ts';
import { problemsOf } from '../cli/problems.ts';
import { type ExitCode, Failure, Refusal } from '../errors.ts';
import { gatherFacts, type HostFacts } from '../host/facts/index.ts';
import { summaryOf } from '../host/facts/summary.ts';
import { loggedHost } from '../host/logged.ts';
import { RELEASE } from '../releases/release.ts';
import { PATHS } from '../render/layout.ts';
import { s3Problems, withObjectStore } from './backup/s3.ts';
import { openConnection } from './init/connection.ts';
import { installOver } from './init/install-over.ts';
import { commandLineProblems } from './init/problems.ts';
import { agree } from './init/show.ts';
import { withTarget } from './init/target.ts';
import { clearTheWayFor } from './restore/clear.ts';
import { fileProblems, identityProblems, lookInto, withIdentity } from './restore/look-into.ts';

export const problems = (options: RestoreOptions, env: CommandContext['env']): readonly string[] => [
  ...commandLineProblems(options, () => answerProblems(options, env)),
  ...problemsOf([
    () => fileProblems('file', options.file),
    () => identityProblems(options.ageIdentityFile),
    () => s3Problems(options, readS3Path(options.file) !== undefined),
  ]),
];

/** The same server on a fresh machine: looks into the backup, puts it in place, then is init with its answers. */
export const run = async (options: RestoreOptions, context: CommandContext): Promise<ExitCode> => {
  const connection = await openConnection(await withTarget(options, context), context, {
    command: 'restore',
  });
  const { host: plain, log } = connection;
  const host = loggedHost(plain, (text, result) => log.command(text, result));
  const hands = { host, scripts: loadScripts(), signal: context.signal };
  try {
    const facts = await gatherFacts(plain, context.signal);
    log.line(`facts: ${summaryOf(facts)}`);
    refuseElsewhere(facts);
    const store = { ...hands, plain, context };
    return await withObjectStore(options.file, options, store, () =>
      withIdentity(options.ageIdentityFile, hands, context, async () => {
        const tools = { ...hands, plain, facts, context };
        const { file, contents } = await lookInto(options.file, options.ageIdentityFile, tools);
        const start = restoreStart(facts, contents.sha256, plain.name);
        if (start.kind === 'refused') throw new Failure(start.problem, start.exitCode);
        if (start.kind !== 'restored') {
          const unfit = unfitToRestore(contents, RELEASE);
          if (unfit !== undefined) throw new Refusal(unfit);
          if (start.kind === 'fresh')
            await clearTheWayFor(contents, file, facts, connection, options, context);
          show(contents, file, plain.name, context);
          await agree(options, context);
          await place(file, contents, hands);
        }
        // What was agreed to is the whole server, and the answers are the backup's.
        return installOver(connection, { ...options, yes: true }, context);
      }),
    );
  } finally {
    await plain.close();
  }
};

/** Before hours of copying: a machine that holds a server and is not being restored. */
const refuseElsewhere = (facts: HostFacts): void => {
  if (facts.restoreMark !== '') return;
  const start = restoreStart(facts, '', 'the machine');
  if (start.kind === 'refused') throw new Failure(start.problem, start.exitCode);
};

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
