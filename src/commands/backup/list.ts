import { lookAtBackup } from '../../apply/look-at-backup.ts';
import { DEFAULT_DESTINATION, placeText } from '../../backup/destination.ts';
import { listRows } from '../../backup/list.ts';
import { backupTroubles } from '../../backup/order.ts';
import { serverNameOf } from '../../backup/plan.ts';
import type { BackupOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { BackupTools } from './tools.ts';

/** What backups there are, and whether all is as it should be: exit code 1 when it is not. */
export const list = async (options: BackupOptions, tools: BackupTools): Promise<ExitCode> => {
  const destination = options.to ?? DEFAULT_DESTINATION;
  const seen = await lookAtBackup(tools, destination);
  const { facts, plain, context } = tools;
  const place = placeText(destination, plain.name);
  const now = facts.machine.clock * 1000;
  context.ui.table(listRows(serverNameOf(facts) ?? '', facts.backups, seen, place, now));
  return backupTroubles(facts.backups, now).length === 0 ? EXIT.done : EXIT.failed;
};
