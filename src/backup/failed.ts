import type { FailureText } from '../errors.ts';
import { PATHS } from '../render/layout.ts';

type Part = Pick<FailureText, 'code' | 'what' | 'fix'>;

/** By the word after MB-BACKUP-FAILED of templates/scripts/backup.sh. */
const KINDS: Readonly<Record<string, Part>> = {
  running: {
    code: 'MB-BACKUP-RUNNING',
    what: 'Another backup is being made.',
    fix: ['Wait until it has ended, then run this again.'],
  },
  database: {
    code: 'MB-BACKUP-DATABASE',
    what: 'The database could not be dumped whole.',
    fix: [
      `On the machine: cd ${PATHS.root} && docker compose logs --tail 50 postgres`,
      'Then run this again.',
    ],
  },
  folder: {
    code: 'MB-BACKUP-FOLDER',
    what: 'The backup could not be written.',
    fix: [
      'Correct the cause, or choose another place: --to /FOLDER, user@host:/FOLDER or s3://BUCKET/PREFIX',
    ],
  },
  encrypt: {
    code: 'MB-BACKUP-AGE',
    what: 'age could not encrypt the backup.',
    fix: ['Look at --recipient, then run this again.'],
  },
  files: {
    code: 'MB-BACKUP-FILES',
    what: 'Configuration, secrets and the signing key could not be packed.',
    fix: [`On the machine: ls -l ${PATHS.root}; df -h /run`, 'Then run this again.'],
  },
  media: {
    code: 'MB-BACKUP-MEDIA',
    what: 'The media could not be packed.',
    fix: [`On the machine: ls -l ${PATHS.synapseData}/media_store`, 'Then run this again.'],
  },
};

const STOPPED: Part = {
  code: 'MB-BACKUP-STOPPED',
  what: 'The backup ended before it was complete.',
  fix: ['Run this again.'],
};

/** What a failed backup says. `said` is what followed MB-BACKUP-FAILED; undefined when nothing did. */
export const backupFailed = (said: string | undefined): FailureText => {
  const [, kind = '', why = ''] = /^(\S+) ?(.*)$/.exec(said ?? '') ?? [];
  const full = kind === 'folder' && /no space left/i.test(why);
  const part = full ? { ...(KINDS.folder as Part), code: 'MB-BACKUP-DISK' } : (KINDS[kind] ?? STOPPED);
  return {
    ...part,
    ...(why === '' ? {} : { why }),
    safe: 'No half of a backup was left; earlier backups are untouched, and nothing was stopped.',
  };
};

/** What a restoration says that did not come to its end. */
export const restoreFailed = (why: string | undefined): FailureText => ({
  code: 'MB-RESTORE-DATA',
  what: 'The data of the backup could not be put in place.',
  ...(why === undefined ? {} : { why }),
  fix: [
    /encrypted/.test(why ?? '')
      ? 'Run matrix-bastion restore again, with --age-identity-file.'
      : 'Correct the cause, then run this again: it begins with a new, empty folder.',
  ],
  safe: 'Nothing was started, and the backup is as it was. The database is put in place whole or not at all.',
});
