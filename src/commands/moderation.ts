import type { CommandContext } from '../cli/context.ts';
import type { ModerationAction, ModerationOptions } from '../cli/people-options.ts';
import { connectionProblems, problemsOf } from '../cli/problems.ts';
import type { ExitCode } from '../errors.ts';
import { printable } from '../federation/printable.ts';
import { readSubject } from '../people/rooms.ts';
import { onServer, type Server } from './admin/server.ts';
import { setQuarantined } from './moderation/media.ts';
import { purge, setBlocked } from './moderation/rooms.ts';
import { serverProblem, setServer } from './moderation/servers.ts';

const ACTIONS: Readonly<
  Record<ModerationAction, (options: ModerationOptions, server: Server) => Promise<ExitCode>>
> = {
  'block-room': setBlocked(true),
  'unblock-room': setBlocked(false),
  'purge-room': purge,
  quarantine: setQuarantined(true),
  unquarantine: setQuarantined(false),
  'block-server': setServer('kept-out'),
  'unblock-server': setServer('let-in'),
};

export const problems = (options: ModerationOptions): readonly string[] =>
  problemsOf([() => subjectProblems(options), () => connectionProblems(options)]);

const subjectProblems = ({ action, subject }: ModerationOptions): readonly string[] => {
  if (/-server$/.test(action)) {
    const problem = serverProblem(subject);
    return problem === undefined ? [] : [problem];
  }
  const kind = readSubject(subject)?.kind;
  if (kind === 'room' || kind === 'alias') return [];
  if (/quarantine$/.test(action))
    return kind === undefined
      ? [
          `"${printable(subject)}" is no room (!id, #alias:server), account (@user:server) or medium (mxc://server/id)`,
        ]
      : [];
  return [`"${printable(subject)}" is no room: !id or #alias:server`];
};

/** Acts on rooms and media, and keeps servers out of rooms. */
export const run = (options: ModerationOptions, context: CommandContext): Promise<ExitCode> =>
  onServer('moderation', options, context, (server) => ACTIONS[options.action](options, server));
