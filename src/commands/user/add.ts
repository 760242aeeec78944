import { refusedBySynapse } from '../../apply/admin-api.ts';
import type { UserOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal, UsageError } from '../../errors.ts';
import { phoneLink } from '../../guide/clients.ts';
import { type Account, localpartOf } from '../../people/accounts.ts';
import { newNameProblem } from '../../people/names.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';
import { allAccounts, userIdOn, userPath } from './accounts.ts';
import { newPassword } from './password.ts';

/** Makes an account; one that is there already stays as it is. */
export const add = (options: UserOptions, server: Server): Promise<ExitCode> => {
  const userId = newUserId(options.name ?? '', server);
  return alone(server, async () => {
    const found = (await allAccounts(server)).find((one) => one.userId === userId);
    return found === undefined ? make(userId, options, server) : there(found, options, server);
  });
};

/** @throws UsageError */
const newUserId = (typed: string, server: Server): string => {
  const problem = newNameProblem(typed, server.domain);
  if (problem !== undefined) throw new UsageError(problem);
  return userIdOn(server, typed);
};

const make = async (userId: string, options: UserOptions, server: Server): Promise<ExitCode> => {
  const { api, context, domain, machine } = server;
  const password = await newPassword(options, domain, localpartOf(userId), context);
  const body = { password: password.text, admin: options.admin, deactivated: false };
  const [reply] = await api([{ method: 'PUT', path: userPath('v2', 'users', userId), body }]);
  if (reply?.status !== 201) throw refusedBySynapse(reply, `${userId} could not be made.`);
  const phone = phoneLink(domain, localpartOf(userId));
  context.ui.table([
    { name: 'Account', value: `${userId}${options.admin ? ', an administrator' : ''}` },
    { name: 'Log in', value: `in any Matrix client, as ${userId} (server ${domain})` },
    { name: 'On a phone', value: phone },
  ]);
  await password.tell();
  context.ui.note(
    `They should change the password, and set up key backup at once. Should they forget it: matrix-bastion user reset-password ${machine} ${localpartOf(userId)}`,
  );
  await context.ui.qr('The link for the phone as a code, for its camera:', phone);
  return EXIT.done;
};

/** Nothing about somebody's account is changed on the way, except what was asked for in so many words. */
const there = async (account: Account, options: UserOptions, server: Server): Promise<ExitCode> => {
  const { context, machine, api } = server;
  const { userId } = account;
  if (account.deactivated)
    throw new Refusal({
      code: 'MB-USER-DEACTIVATED',
      what: `${userId} is deactivated.`,
      why: 'The name stays taken, so that nobody else can pass for its owner.',
      fix: [
        `To bring it back with a new password: matrix-bastion user reactivate ${machine} ${localpartOf(userId)}`,
        'Or choose another name.',
      ],
      safe: 'No account was changed.',
    });
  if (!options.admin || account.admin) {
    context.ui.print(`Nothing to do: ${userId} is there already. Its password was not changed.`);
    return EXIT.done;
  }
  await agreeTo(`${userId} is there and no administrator. Make it one`, options, context);
  const [reply] = await api([
    { method: 'PUT', path: userPath('v2', 'users', userId), body: { admin: true } },
  ]);
  if (reply?.status !== 200) throw refusedBySynapse(reply, `${userId} could not be made an administrator.`);
  context.ui.print(`${userId} is an administrator now. Its password was not changed.`);
  return EXIT.done;
};
