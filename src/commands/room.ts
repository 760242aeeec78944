import type { CommandContext } from '../cli/context.ts';
import type { RoomOptions } from '../cli/people-options.ts';
import { connectionProblems, problemsOf } from '../cli/problems.ts';
import type { ExitCode } from '../errors.ts';
import { printable } from '../federation/printable.ts';
import { nameProblem } from '../people/names.ts';
import { readSubject } from '../people/rooms.ts';
import { onServer } from './admin/server.ts';
import { replace } from './room/replace.ts';

export const problems = (options: RoomOptions): readonly string[] =>
  problemsOf([() => wordProblems(options), () => connectionProblems(options)]);

const wordProblems = ({ room, as }: RoomOptions): readonly string[] => {
  const kind = readSubject(room)?.kind;
  const name = as === undefined ? undefined : nameProblem(as);
  return [
    ...(kind === 'room' || kind === 'alias' ? [] : [`"${printable(room)}" is no room: !id or #alias:server`]),
    ...(name === undefined ? [] : [`--as: ${name}`]),
  ];
};

/** Gives a room a successor and brings its people over. */
export const run = (options: RoomOptions, context: CommandContext): Promise<ExitCode> =>
  onServer('room', options, context, (server) => replace(options, server));
