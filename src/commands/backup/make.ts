import { makeBackup } from '../../apply/backup.ts';
import { takeLock } from '../../apply/lock.ts';
import { lookAtBackup } from '../../apply/look-at-backup.ts';
import { installPackages } from '../../apply/packages.ts';
import { DEFAULT_DESTINATION, fileText } from '../../backup/destination.ts';
import { type BackupPlan, planBackup, planRows } from '../../backup/plan.ts';
import type { BackupFacts, LastBackup } from '../../backup/seen.ts';
import { sizeText } from '../../backup/size.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { BackupOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode, Refusal } from '../../errors.ts';
import { bringsKeys, keepKeys } from './s3.ts';
import type { BackupTools } from './tools.ts';

/** A week of nightly backups. */
const DEFAULT_KEEP = 7;

/** The plan of a backup with these options, from a look at the machine. @throws Refusal with what stands in the way. */
export const planned = async (
  options: BackupOptions,
  tools: BackupTools,
): Promise<{ readonly plan: BackupPlan; readonly seen: BackupFacts }> => {
  const request = {
    destination: options.to ?? DEFAULT_DESTINATION,
    keep: options.keep ?? DEFAULT_KEEP,
    ...(options.recipient === undefined ? {} : { recipient: options.recipient }),
    unencrypted: options.unencrypted,
    withKeys: bringsKeys(options.to ?? DEFAULT_DESTINATION, options),
  };
  const seen = await lookAtBackup(tools, request.destination);
  const result = planBackup(request, tools.facts, seen, tools.plain.name);
  if ('problem' in result) throw new Refusal(result.problem);
  return { plan: result.plan, seen };
};

export const installTools = ({ installs }: BackupPlan, tools: BackupTools) => ({
  id: 'tools',
  title: `Install ${installs.join(' and ') || 'nothing'}`,
  skip: () => (installs.length === 0 ? 'nothing to install' : undefined),
  run: async (progress: (line: string) => void) => {
    await installPackages({ kind: 'install-packages', packages: installs }, { ...tools, progress });
  },
});

/** One backup, shown, made and proved. */
export const make = async (options: BackupOptions, tools: BackupTools): Promise<ExitCode> => {
  const { context } = tools;
  const { plan } = await planned(options, tools);
  context.ui.table(planRows(plan));
  if (options.dryRun) {
    context.ui.note('Dry run: nothing was changed.');
    return EXIT.done;
  }
  const lock = await takeLock(tools.host, tools.scripts);
  try {
    let made: LastBackup | undefined;
    await context.ui.run(
      [
        installTools(plan, tools),
        keepKeys(plan.destination, options, tools),
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
};

const afterwards = (made: LastBackup, plan: BackupPlan, { ui }: CommandContext): void => {
  ui.table([
    { name: 'Backup', value: fileText(made, plan.machine) },
    { name: 'Size', value: sizeText(made.bytes) },
    { name: 'Rows', value: `${made.rows}, counted in the database and in the dump: the same` },
    { name: 'SHA-256', value: made.sha256 },
  ]);
  if (made.remote === '')
    ui.note(
      'It lies on the machine that it is a backup of: copy it to another one, or use --to user@host:/FOLDER or s3://BUCKET/PREFIX.',
    );
  if (plan.leavesOut.length > 0)
    ui.note(`WARNING It does not hold: ${plan.leavesOut.join('; ')}. Back that up by your own means.`);
  if (!made.encrypted)
    ui.note('It is not encrypted and holds every secret of the server: keep it where only you can read it.');
};
