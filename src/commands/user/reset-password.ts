import { refusedBySynapse } from '../../apply/admin-api.ts';
import type { UserOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal } from '../../errors.ts';
import { type Account, isServiceAccount, localpartOf } from '../../people/accounts.ts';
import { alone, type Server } from '../admin/server.ts';
import { allAccounts, knownAccount, userIdOn, userPath } from './accounts.ts';
import { refuseBot } from './bot-account.ts';
import { newPassword } from './password.ts';

/** Gives an account a new password. Its devices stay logged in unless they are to be logged out. */
export const resetPassword = (options: UserOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const account = knownAccount(userIdOn(server, options.name ?? ''), await allAccounts(server));
    refuseUnfit(account, server);
    const { userId } = account;
    const password = await newPassword(options, server.domain, localpartOf(userId), server.context);
    const body = { new_password: password.text, logout_devices: options.logoutDevices };
    const path = userPath('v1', 'reset_password', userId);
    const [reply] = await server.api([{ method: 'POST', path, body }]);
    if (reply?.status !== 200) throw refusedBySynapse(reply, `${userId} did not get a new password.`);
    server.context.ui.print(
      options.logoutDevices
        ? `${userId} has a new password, and every device of it is logged out. Without a recovery key its encrypted history cannot be read any more.`
        : `${userId} has a new password. Its devices stay logged in; --logout-devices logs them out.`,
    );
    await password.tell();
    return EXIT.done;
  });

/** Brings a deactivated account back, with a new password. */
export const reactivate = (options: UserOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { context, domain, api } = server;
    const { userId, deactivated } = knownAccount(
      userIdOn(server, options.name ?? ''),
      await allAccounts(server),
    );
    if (!deactivated) {
      context.ui.print(`Nothing to do: ${userId} is not deactivated.`);
      return EXIT.done;
    }
    const password = await newPassword(options, domain, localpartOf(userId), context);
    const body = { password: password.text, deactivated: false };
    const [reply] = await api([{ method: 'PUT', path: userPath('v2', 'users', userId), body }]);
    if (reply?.status !== 200) throw refusedBySynapse(reply, `${userId} could not be reactivated.`);
    context.ui.print(
      `${userId} is back, with a new password. The rooms that it left when it was deactivated it has to be invited to again.`,
    );
    await password.tell();
    return EXIT.done;
  });

const refuseUnfit = (account: Account, server: Server): void => {
  const { userId } = account;
  const { machine } = server;
  if (isServiceAccount(account))
    throw new Refusal({
      code: 'MB-USER-OWN',
      what: `${userId} is this program's own account: nobody logs in with it.`,
      safe: 'No account was changed.',
    });
  refuseBot(userId, 'given a password', server);
  if (account.deactivated)
    throw new Refusal({
      code: 'MB-USER-DEACTIVATED',
      what: `${userId} is deactivated.`,
      fix: [`To bring it back: matrix-bastion user reactivate ${machine} ${localpartOf(userId)}`],
      safe: 'No account was changed.',
    });
};
