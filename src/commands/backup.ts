import { makeBackup } from '../apply/backup.ts';
import { loadScripts } from '../apply/load-scripts.ts';
import { takeLock } from '../apply/lock.ts';
import { installPackages } from '../apply/packages.ts';
import { DEFAULT_DESTINATION } from '../backup/destination.ts';
import { type BackupPlan, planBackup, planRows } from '../backup/plan.ts';
import type { LastBackup } from '../backup/seen.ts';
import { sizeText } from '../backup/size.ts';
import type { CommandContext } from '../cli/context.ts';
import type { BackupOptions } from '../cli/options.ts';
import { connectionProblems } from '../cli/problems.ts';
import { EXIT, type ExitCode, Refusal } from '../errors.ts';
import { gatherFacts } from '../host/facts/index.ts';
import { summaryOf } from '../host/facts/summary.ts';
import { loggedHost } from '../host/logged.ts';
import { lookAtBackup } from './backup/look.ts';
import { openMachine } from './init/reach.ts';

/** A week of nightly backups. */
const DEFAULT_KEEP = 7;

export const problems = (options: BackupOptions): readonly string[] => connectionProblems(options);

/** Facts, plan, shown, done: one backup of the server on a machine, proved before it counts. */
export const run = async (options: BackupOptions, context: CommandContext): Promise<ExitCode> => {
  const { host: plain, log } = await openMachine('backup', options, context);
  const host = loggedHost(plain, (script, result) => log.command(script, result));
  const scripts = loadScripts();
  try {
    const facts = await gatherFacts(plain, context.signal);
    log.line(`facts: ${summaryOf(facts)}`);
    const request = {
      destination: options.to ?? DEFAULT_DESTINATION,
      keep: options.keep ?? DEFAULT_KEEP,
      ...(options.recipient === undefined ? {} : { recipient: options.recipient }),
    };
    const seen = await lookAtBackup({ host, scripts, signal: context.signal }, request.destination);
    const planned = planBackup(request, facts, seen, plain.name);
    if ('problem' in planned) throw new Refusal(planned.problem);
    const { plan } = planned;
    context.ui.table(planRows(plan));
    if (options.dryRun) {
      context.ui.note('Dry run: nothing was changed.');
      return EXIT.done;
    }
    const lock = await takeLock(host, scripts);
    try {
      let made: LastBackup | undefined;
      const tools = { host, scripts, signal: context.signal };
      await context.ui.run(
        [
          {
            id: 'age',
            title: 'Install age',
            skip: () => (plan.installs.length === 0 ? 'nothing to install' : undefined),
            run: async (progress) => {
              await installPackages(
                { kind: 'install-packages', packages: plan.installs },
                { ...tools, progress },
              );
            },
          },
          {
            id: 'backup',
            title: 'Make and prove the backup',
            run: async (progress) => {
              made = await makeBackup(plan, { ...tools, progress }, context.version);
            },
          },
        ],
        context.signal,
      );
      afterwards(made as LastBackup, plan, context);
      return EXIT.done;
    } finally {
      await lock.release().catch(() => {});
    }
  } finally {
    await plain.close();
  }
};

const afterwards = (made: LastBackup, plan: BackupPlan, { ui }: CommandContext): void => {
  ui.table([
    { name: 'Backup', value: `${made.file} on ${made.remote === '' ? plan.machine : made.remote}` },
    { name: 'Size', value: sizeText(made.bytes) },
    { name: 'Rows', value: `${made.rows}, counted in the database and in the dump: the same` },
    { name: 'SHA-256', value: made.sha256 },
  ]);
  if (made.remote === '')
    ui.note(
      'It lies on the machine that it is a backup of: copy it to another one, or use --to user@host:/FOLDER.',
    );
  if (!made.encrypted)
    ui.note('It is not encrypted and holds every secret of the server: keep it where only you can read it.');
};
