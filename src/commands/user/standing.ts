import { refusedBySynapse } from '../../apply/admin-api.ts';
import type { UserOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal } from '../../errors.ts';
import { type Account, isLastAdmin, isServiceAccount, localpartOf } from '../../people/accounts.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';
import { allAccounts, knownAccount, userIdOn, userPath } from './accounts.ts';
import { refuseBot } from './bot-account.ts';

/** Takes an account out of use for good: what that means is said before. */
export const deactivate = (options: UserOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { context, machine, api } = server;
    const account = await removable(options, server, 'deactivated');
    const { userId } = account;
    if (account.deactivated) return nothing(`${userId} is deactivated already`, server);
    context.ui.note(
      `${userId} is logged out everywhere and leaves every room; its name stays taken, its messages stay. Its password, its addresses and its devices are deleted, so encrypted history is lost without a recovery key. To keep somebody out for a time: matrix-bastion user lock ${machine} ${localpartOf(userId)}`,
    );
    await agreeTo(`Deactivate ${userId}`, options, context);
    // Synapse refuses an account that is both; which of the two holds is plain.
    const steps = [
      ...(account.locked
        ? [{ method: 'PUT' as const, path: userPath('v2', 'users', userId), body: { locked: false } }]
        : []),
      { method: 'POST' as const, path: userPath('v1', 'deactivate', userId), body: { erase: false } },
    ];
    const replies = await api(steps);
    const wrong = replies.find(({ status }) => status !== 200);
    if (wrong !== undefined) throw refusedBySynapse(wrong, `${userId} could not be deactivated.`);
    context.ui.print(
      `${userId} is deactivated. To bring it back: matrix-bastion user reactivate ${machine} ${localpartOf(userId)}`,
    );
    return EXIT.done;
  });

/** Keeps an account out until it is unlocked; its devices and rooms stay as they are. */
export const lock = (options: UserOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const account = await removable(options, server, 'locked');
    if (account.locked) return nothing(`${account.userId} is locked already`, server);
    await setLocked(account, true, server);
    server.context.ui.print(
      `${account.userId} is locked: it can do nothing until matrix-bastion user unlock ${server.machine} ${localpartOf(account.userId)}`,
    );
    return EXIT.done;
  });

export const unlock = (options: UserOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const account = knownAccount(userIdOn(server, options.name ?? ''), await allAccounts(server));
    if (!account.locked) return nothing(`${account.userId} is not locked`, server);
    await setLocked(account, false, server);
    server.context.ui.print(`${account.userId} is unlocked; its devices are logged in as before.`);
    return EXIT.done;
  });

/** An account that the server can do without. @throws Refusal */
const removable = async (options: UserOptions, server: Server, how: string): Promise<Account> => {
  const all = await allAccounts(server);
  const account = knownAccount(userIdOn(server, options.name ?? ''), all);
  const { userId } = account;
  const safe = 'No account was changed.';
  if (isServiceAccount(account))
    throw new Refusal({
      code: 'MB-USER-OWN',
      what: `${userId} is this program's own account for the admin API; it is not ${how}.`,
      safe,
    });
  refuseBot(userId, how, server);
  if (account.deactivated && how === 'locked')
    throw new Refusal({
      code: 'MB-USER-DEACTIVATED',
      what: `${userId} is deactivated: there is nothing to lock.`,
      safe,
    });
  if (isLastAdmin(account, all))
    throw new Refusal({
      code: 'MB-USER-LAST-ADMIN',
      what: `${userId} is the last administrator of this server; it is not ${how}.`,
      why: 'Nobody could administer the server from a client any more.',
      fix: [`Make another one first: matrix-bastion user add ${server.machine} NAME --admin`],
      safe,
    });
  return account;
};

const setLocked = async ({ userId }: Account, locked: boolean, { api }: Server): Promise<void> => {
  const [reply] = await api([{ method: 'PUT', path: userPath('v2', 'users', userId), body: { locked } }]);
  if (reply?.status !== 200)
    throw refusedBySynapse(reply, `${userId} could not be ${locked ? 'locked' : 'unlocked'}.`);
};

const nothing = (why: string, { context }: Server): ExitCode => {
  context.ui.print(`Nothing to do: ${why}.`);
  return EXIT.done;
};
