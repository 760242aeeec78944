import type { Destination } from '../backup/destination.ts';
import { databaseWay } from '../backup/plan.ts';
import { SCHEDULE_PATHS } from '../backup/schedule.ts';
import { type BackupFacts, parseBackupFacts } from '../backup/seen.ts';
import type { HostFacts } from '../host/facts/index.ts';
import { PATHS } from '../render/layout.ts';
import { backupPlace, postgresClient } from './backup.ts';
import { script } from './script.ts';
import type { Hands } from './tools.ts';

/** Another machine may take 20 s to be given up; counting large media takes the rest. */
const LIMIT_MS = 10 * 60_000;

/** Looks at what a backup will hold and where it is to go; one round trip, nothing changed. */
export const lookAtBackup = async (
  { host, scripts, signal, facts }: Omit<Hands, 'progress'> & { readonly facts: HostFacts },
  destination: Destination,
): Promise<BackupFacts> => {
  const text = [
    backupPlace({ scripts }, destination, {
      root: PATHS.root,
      name: '',
      schedule_files: SCHEDULE_PATHS.join(' '),
    }),
    postgresClient({ scripts }, databaseWay(facts)),
    script({ scripts }, 'probe-backup.sh'),
  ].join('\n');
  const { stdout } = await host.run(text, { timeout: LIMIT_MS, signal });
  return parseBackupFacts(stdout);
};
