import type { CommandContext } from '../cli/context.ts';
import type { InviteAction, InviteOptions } from '../cli/people-options.ts';
import { connectionProblems, problemsOf } from '../cli/problems.ts';
import type { ExitCode } from '../errors.ts';
import { printable } from '../federation/printable.ts';
import { onServer, type Server } from './admin/server.ts';
import { create } from './invite/create.ts';
import { list } from './invite/list.ts';
import { revoke } from './invite/revoke.ts';

const ACTIONS: Readonly<Record<InviteAction, (options: InviteOptions, server: Server) => Promise<ExitCode>>> =
  { create, list, revoke };

export const problems = (options: InviteOptions): readonly string[] =>
  problemsOf([() => togetherProblems(options), () => connectionProblems(options)]);

/** Matrix specification, client-server API, "Token-authenticated registration". */
const TOKEN = /^[A-Za-z0-9._~-]{1,64}$/;

/** Flags without an effect are refused. */
const togetherProblems = (options: InviteOptions): readonly string[] => {
  const { action, token, uses, expires, count } = options;
  const given = [
    ...(uses !== undefined && action !== 'create' ? ['--uses'] : []),
    ...(expires !== undefined && action !== 'create' ? ['--expires'] : []),
    ...(count !== undefined && action !== 'create' ? ['--count'] : []),
    ...(options.json && action === 'revoke' ? ['--json'] : []),
  ];
  return [
    ...given.map((flag) => `${flag} has no meaning with ${action}`),
    ...(action === 'revoke' && token === undefined ? ['revoke needs the token, or how it begins'] : []),
    ...(action === 'revoke' && token !== undefined && !TOKEN.test(token)
      ? [`"${printable(token)}" is no token: letters, digits and . _ ~ -, at most 64`]
      : []),
    ...(action !== 'revoke' && token !== undefined ? [`${action} takes no token`] : []),
  ];
};

/** Makes, lists and takes back registration tokens. */
export const run = (options: InviteOptions, context: CommandContext): Promise<ExitCode> =>
  onServer('invite', options, context, (server) => ACTIONS[options.action](options, server));
