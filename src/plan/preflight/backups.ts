import { leftOut } from '../../backup/left-out.ts';
import { scheduleTroubles } from '../../backup/order.ts';
import { PATHS } from '../../render/layout.ts';
import { type Check, problem } from './problem.ts';

/** A timer that somebody relies on, and that makes no backups. */
export const scheduledBackups: Check = (_goal, { host }) => {
  const troubles = scheduleTroubles(host);
  if (troubles.length === 0) return [];
  return [
    problem(
      {
        code: 'MB-BACKUP-SCHEDULE',
        what: `Backups are scheduled and not in order: ${troubles.join('; ')}.`,
        expected: 'a timer that runs, and a good backup no older than two of its periods',
        fix: ['See what is wrong: matrix-bastion backup USER@HOST --list'],
        who: 'you',
      },
      'never',
    ),
  ];
};

/** What a restoration would not bring back. */
export const partialBackups: Check = (_goal, { host }) => {
  const missing = leftOut(host);
  if (missing.length === 0) return [];
  return [
    problem(
      {
        code: 'MB-BACKUP-PARTIAL',
        what: `No backup of this tool holds ${missing.join('; nor ')}.`,
        expected: 'media, signing key and database where this tool keeps them',
        fix: [
          `Take the setting out of the file, and bring the data back below ${PATHS.root}.`,
          'Or back that up by your own means.',
        ],
        who: 'you',
      },
      'never',
    ),
  ];
};
