import type { CommandContext } from '../cli/context.ts';
import type { UserAction, UserOptions } from '../cli/people-options.ts';
import { connectionProblems, problemsOf, secretProblems } from '../cli/problems.ts';
import type { ExitCode } from '../errors.ts';
import { nameProblem, newNameProblem } from '../people/names.ts';
import { onServer, type Server } from './admin/server.ts';
import { passwordObjection } from './init/password-objection.ts';
import { add } from './user/add.ts';
import { list } from './user/list.ts';
import { reactivate, resetPassword } from './user/reset-password.ts';
import { deactivate, lock, unlock } from './user/standing.ts';

const ACTIONS: Readonly<Record<UserAction, (options: UserOptions, server: Server) => Promise<ExitCode>>> = {
  add,
  list,
  'reset-password': resetPassword,
  deactivate,
  reactivate,
  lock,
  unlock,
};

export const problems = (options: UserOptions): readonly string[] =>
  problemsOf([
    () => togetherProblems(options),
    () => secretProblems('--password-file', options.passwordFile, passwordObjection),
    () => connectionProblems(options),
  ]);

/** Flags without an effect are refused. */
const togetherProblems = (options: UserOptions): readonly string[] => {
  const { action, name } = options;
  const given = [
    ...(options.admin && action !== 'add' ? ['--admin'] : []),
    ...(options.passwordFile !== undefined && !['add', 'reset-password', 'reactivate'].includes(action)
      ? ['--password-file']
      : []),
    ...(options.logoutDevices && action !== 'reset-password' ? ['--logout-devices'] : []),
    ...(options.json && action !== 'list' ? ['--json'] : []),
  ];
  return [
    ...given.map((flag) => `${flag} has no meaning with ${action}`),
    ...(action === 'list' && name !== undefined ? [`list takes no name: "${name}"`] : []),
    ...(action !== 'list' && name === undefined ? [`${action} needs the name of an account`] : []),
    ...(action !== 'list' && name !== undefined ? nameProblems(action, name) : []),
  ];
};

/** What can be told of a name before its server is known. */
const nameProblems = (action: UserAction, typed: string): readonly string[] => {
  const problem = action === 'add' ? newNameProblem(typed) : nameProblem(typed);
  return problem === undefined ? [] : [problem];
};

/** Makes, lists and changes accounts of a server. */
export const run = (options: UserOptions, context: CommandContext): Promise<ExitCode> =>
  onServer('user', options, context, (server) => ACTIONS[options.action](options, server));
