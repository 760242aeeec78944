import { pendingRestore } from '../backup/mark.ts';
import { isAsWanted } from '../people/registration.ts';
import type { Change } from '../plan/change.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { moderationBot } from './moderation-bot.ts';
import type { Step } from './step.ts';

/** Full Matrix id of the administrator that the answers name. */
export const adminUserId = (goal: Goal): string => `@${goal.answers.admin}:${goal.answers.domain}`;

/** Administrators that the database knows, wherever it is. */
export const adminsOf = ({ host, database }: Facts): readonly string[] =>
  database === undefined ? host.database.admins : database.seen?.reached ? database.seen.admins : [];

/** While somebody's own proxy does not lead here nobody can log in; the mark stays until a later run does. */
export const isReachable = ({ answers }: Goal, { outside }: Facts): boolean =>
  answers.proxy === undefined || outside.throughProxy === '';

/** Tried in every look from outside; said again here only while it is not as it ought to be. */
const shutToStrangers = (goal: Goal, facts: Facts): Change[] => {
  const { registration: wanted } = goal.answers;
  return isAsWanted(facts.outside.registration, wanted) || !isReachable(goal, facts)
    ? []
    : [{ kind: 'check-registration', wanted }];
};

export const admin: Step = {
  id: 'admin',
  title: 'Mint admin via shared secret',
  changes(goal: Goal, facts: Facts): Change[] {
    const { host } = facts;
    // Who is an administrator is in the backup.
    if (pendingRestore(host.restoreMark) !== undefined) return [];
    const userId = adminUserId(goal);
    const localpart = goal.answers.admin;
    // The mark is set before the account is made and cleared by the proof: an account without a mark is somebody's.
    const pending = host.adminMark.trim() === `pending ${userId}`;
    const missing = !adminsOf(facts).includes(userId);
    return [
      ...shutToStrangers(goal, facts),
      ...(missing ? [{ kind: 'create-admin', userId, localpart } as const] : []),
      ...((missing || pending) && isReachable(goal, facts)
        ? [{ kind: 'prove-admin-login', userId, localpart } as const]
        : []),
      ...moderationBot(goal, userId, host),
    ];
  },
};
