import { scheduleTroubles } from '../../backup/order.ts';
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
