import type { Destination } from '../backup/destination.ts';
import { SCHEDULE_PATHS } from '../backup/schedule.ts';
import { type BackupFacts, parseBackupFacts } from '../backup/seen.ts';
import { PATHS } from '../render/layout.ts';
import { backupPlace } from './backup.ts';
import { databaseScript, type LookHands } from './look-in-database.ts';

/** Another machine may take 20 s to be given up; counting large media takes the rest. */
const LIMIT_MS = 10 * 60_000;

/** Looks at what a backup will hold and where it is to go; one round trip, nothing changed. */
export const lookAtBackup = async (
  { host, scripts, signal, facts }: LookHands,
  destination: Destination,
): Promise<BackupFacts> => {
  const text = [
    backupPlace({ scripts }, destination, {
      root: PATHS.root,
      name: '',
      schedule_files: SCHEDULE_PATHS.join(' '),
    }),
    databaseScript('probe-backup.sh', {}, { scripts, facts }),
  ].join('\n');
  const { stdout } = await host.run(text, { timeout: LIMIT_MS, signal });
  return parseBackupFacts(stdout);
};
