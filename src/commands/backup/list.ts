import { lookAtBackup } from '../../apply/look-at-backup.ts';
import { DEFAULT_DESTINATION, placeText } from '../../backup/destination.ts';
import { isInOrder, listRows } from '../../backup/list.ts';
import { serverNameOf } from '../../backup/plan.ts';
import type { BackupOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { BackupTools } from './tools.ts';

/** What backups there are, and whether the last try was good: exit code 1 when it was not, or when there was none. */
export const list = async (options: BackupOptions, tools: BackupTools): Promise<ExitCode> => {
  const destination = options.to ?? DEFAULT_DESTINATION;
  const seen = await lookAtBackup(tools, destination);
  const { facts, plain, context } = tools;
  const place = placeText(destination, plain.name);
  context.ui.table(listRows(serverNameOf(facts) ?? '', seen, place, facts.machine.clock * 1000));
  return isInOrder(seen) ? EXIT.done : EXIT.failed;
};
