import { backupScript } from '../../apply/backup.ts';
import { takeLock } from '../../apply/lock.ts';
import { lookAtBackup } from '../../apply/look-at-backup.ts';
import { commandFailure, jobOrFail, runOrFail } from '../../apply/script.ts';
import { DEFAULT_DESTINATION } from '../../backup/destination.ts';
import { backupTroubles } from '../../backup/order.ts';
import { planRows } from '../../backup/plan.ts';
import {
  isScheduleDone,
  type Schedule,
  type ScheduleChanges,
  SERVICE_UNIT,
  scheduleChanges,
  scheduleFiles,
  TIMER_UNIT,
} from '../../backup/schedule.ts';
import type { BackupOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode, Failure, Refusal } from '../../errors.ts';
import { quote } from '../../host/quote.ts';
import { ROOT, UID } from '../../render/layout.ts';
import { installTools, planned } from './make.ts';
import { bringsKeys, keepKeys } from './s3.ts';
import type { BackupTools } from './tools.ts';

const SAFE = 'The server runs, and backups that are there are untouched.';

/** A timer that makes backups, or none any more; a second run finds nothing to do. */
export const schedule = async (
  how: Schedule,
  options: BackupOptions,
  tools: BackupTools,
): Promise<ExitCode> => {
  const { context } = tools;
  if (how === 'never') {
    const { schedule: seen } = await lookAtBackup(tools, options.to ?? DEFAULT_DESTINATION);
    return apply(
      { ...scheduleChanges(undefined, seen), prove: false },
      'No timer makes backups.',
      options,
      tools,
      [],
    );
  }
  const { plan, seen } = await planned(options, tools);
  if (!seen.schedule.systemd)
    throw new Refusal({
      code: 'MB-BACKUP-SYSTEMD',
      what: 'The machine is not run by systemd, so it has no timers.',
      fix: ['Call matrix-bastion backup from a timer of your own.'],
      safe: 'Nothing was changed.',
    });
  const wanted = scheduleFiles(how, backupScript(tools, plan, context.version));
  const inOrder = backupTroubles(tools.facts.backups, tools.facts.machine.clock * 1000).length === 0;
  const changes = {
    ...scheduleChanges(wanted, seen.schedule),
    prove: !inOrder || bringsKeys(plan.destination, options),
  };
  context.ui.table([{ name: 'Timer', value: `${how}, at night by the machine's clock` }, ...planRows(plan)]);
  const first = {
    id: 'first',
    title: 'Let the timer make a first backup',
    run: async (progress: (line: string) => void) => {
      await jobOrFail(
        { ...tools, progress },
        'first-backup',
        `systemctl start ${SERVICE_UNIT} || { journalctl -q --no-pager -o cat -n 20 -u ${SERVICE_UNIT}; exit 1; }`,
        commandFailure(
          'MB-BACKUP-TIMER',
          'The timer is there, but the first backup that it made failed.',
          [`On the machine: journalctl -u ${SERVICE_UNIT}`, 'Correct the cause, then run this again.'],
          SAFE,
        ),
      );
    },
  };
  return apply(
    changes,
    `A timer makes backups, ${how}.`,
    options,
    tools,
    [installTools(plan, tools), keepKeys(plan.destination, options, tools)],
    [first],
  );
};

type Work = ReturnType<typeof installTools> | Omit<ReturnType<typeof installTools>, 'skip'>;

const apply = async (
  changes: ScheduleChanges & {
    /** One that failed, or is too old, is made again. */ readonly prove: boolean;
  },
  done: string,
  options: BackupOptions,
  tools: BackupTools,
  before: readonly Work[],
  after: readonly Work[] = [],
): Promise<ExitCode> => {
  const { context } = tools;
  if (isScheduleDone(changes) && !changes.prove) {
    context.ui.print(`Nothing to do: ${done}`);
    return EXIT.done;
  }
  for (const { path } of changes.write) context.ui.print(`- write ${path}`);
  for (const path of changes.remove) context.ui.print(`- remove ${path}`);
  if (options.dryRun) {
    context.ui.note('Dry run: nothing was changed.');
    return EXIT.done;
  }
  const lock = await takeLock(tools.host, tools.scripts);
  try {
    const set: Work = {
      id: 'timer',
      title: 'Set the timer',
      run: (progress) => setTimer(changes, { ...tools, progress }),
    };
    await context.ui.run([...before, set, ...after], context.signal);
  } finally {
    await lock.release().catch(() => {});
  }
  const { schedule: seen } = await lookAtBackup(tools, options.to ?? DEFAULT_DESTINATION);
  if (changes.remove.length === 0 && !seen.running)
    throw new Failure({
      code: 'MB-BACKUP-TIMER',
      what: 'The timer was set, but does not run.',
      fix: [`On the machine: systemctl status ${TIMER_UNIT}`],
      safe: SAFE,
    });
  context.ui.print(seen.next === '' ? done : `${done} Next: ${seen.next}.`);
  return EXIT.done;
};

const setTimer = async (
  { write, enable, remove }: ScheduleChanges,
  tools: BackupTools & { readonly progress: (line: string) => void },
): Promise<void> => {
  const failure = commandFailure(
    'MB-BACKUP-TIMER',
    'The timer could not be set.',
    [`On the machine: systemctl status ${TIMER_UNIT}`],
    SAFE,
  );
  if (write.length > 0)
    await tools.host.putTree([
      { path: `${ROOT}/backup`, type: 'directory', mode: 0o700, ...UID.root },
      ...write.map((file) => ({ ...file, type: 'file' as const, ...UID.root })),
    ]);
  if (enable)
    await runOrFail(
      tools,
      `systemctl daemon-reload && systemctl enable ${TIMER_UNIT} && systemctl restart ${TIMER_UNIT}`,
      failure,
    );
  if (remove.length > 0)
    await runOrFail(
      tools,
      `systemctl disable --now ${TIMER_UNIT} 2>/dev/null
rm -f -- ${remove.map(quote).join(' ')} && { rmdir ${ROOT}/backup 2>/dev/null; systemctl daemon-reload; }`,
      failure,
    );
};
