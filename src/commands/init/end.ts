import type { Store } from '../../answers/store.ts';
import type { Situation } from '../../apply/converge.ts';
import type { CommandContext } from '../../cli/context.ts';
import { serverText } from '../../database/words.ts';
import { EXIT, type ExitCode, type FailureText } from '../../errors.ts';
import type { PasswordSource } from '../../outside/operator.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Goal } from '../../plan/goal.ts';
import { adminUserId } from '../../steps/6-admin.ts';
import type { TableRow } from '../../ui/table.ts';

/** A rerun that finds the server as it ought to be. */
export const nothingToDo = async (goal: Goal, context: CommandContext): Promise<void> => {
  context.ui.print(`Nothing to do: ${goal.answers.domain} is as it should be, and its federation is green.`);
};

const elementLink = (matrixHost: string): string =>
  `https://app.element.io/#/login?hs_url=${encodeURIComponent(`https://${matrixHost}`)}`;

/** The end of a run: where the server is, who may log in, and what to do next. */
export const afterwards = async (
  { goal, facts }: Situation,
  store: Store,
  password: PasswordSource,
  context: CommandContext,
): Promise<void> => {
  const file = store.password(goal.answers.admin);
  const made = password.given === undefined ? await file.read() : undefined;
  const kept = made !== undefined && !context.interactive;
  context.ui.table([
    { name: 'Server', value: `https://${goal.answers.matrixHost} (${goal.answers.domain})` },
    { name: 'Administrator', value: adminUserId(goal) },
    ...(kept ? [{ name: 'Password', value: `in ${file.path} (only you can read it)` }] : []),
    { name: 'Log in', value: elementLink(goal.answers.matrixHost) },
    ...databaseRow(goal, facts),
  ]);
  if (made !== undefined && context.interactive) {
    context.ui.showOnce('Password, shown this once', made);
    await file.remove();
  }
  context.ui.note(
    [
      '',
      'Next:',
      '- Log in, and when Element offers a recovery key, write it down: without it a lost device means lost messages.',
      `- Back it up: matrix-bastion backup, and every night with --schedule daily. Without its signing key ${goal.answers.domain} is lost to Matrix.`,
      `- To change an answer or to resume, run the same again: ${context.resume}`,
    ].join('\n'),
  );
};

/** Where the database is and how far away, when it is not on the machine. */
const databaseRow = ({ database: place }: Goal, { database }: Facts): TableRow[] => {
  if (place.kind === 'here' || !database?.seen?.reached) return [];
  const { tlsVersion, roundTripMs } = database.seen;
  const value = `${serverText(place)}, ${tlsVersion || 'not encrypted'}, ${roundTripMs} ms away`;
  return [{ name: 'Database', value }];
};

/** Done on our side; somebody else has to publish something. Exit code 3: it cannot be told whether it works. */
export const stillPending = (pending: readonly FailureText[], context: CommandContext): ExitCode => {
  const once = pending.filter(({ what }, index) => pending.findIndex((one) => one.what === what) === index);
  for (const text of once) context.ui.failure(text, { resume: context.resume });
  return EXIT.unknown;
};
