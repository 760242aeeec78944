import { lookAtDisk, noteGrowth } from '../apply/look-at-disk.ts';
import { scheduleWarning } from '../backup/order.ts';
import { sizeText } from '../backup/size.ts';
import type { CommandContext } from '../cli/context.ts';
import type { DiskOptions } from '../cli/people-options.ts';
import { connectionProblems, problemsOf } from '../cli/problems.ts';
import { type Forecast, forecastOf } from '../disk/forecast.ts';
import { diskLines, forecastLine, lastBackupLine, tableText } from '../disk/lines.ts';
import { type DiskSeen, pointOf } from '../disk/seen.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { printable } from '../federation/printable.ts';
import { jsonText } from '../ui/json-text.ts';
import { onServer, type Server } from './admin/server.ts';
import { purge } from './disk/purge.ts';
import { type LargeRoom, largestRooms } from './disk/rooms.ts';
import { nowOn } from './invite/tokens.ts';

export const problems = (options: DiskOptions): readonly string[] =>
  problemsOf([() => togetherProblems(options), () => connectionProblems(options)]);

const togetherProblems = ({ dryRun, yes, purgeOlder }: DiskOptions): readonly string[] =>
  purgeOlder !== undefined
    ? []
    : [
        ...(dryRun ? ['--dry-run has no meaning without --purge-remote-media-older'] : []),
        ...(yes ? ['--yes has no meaning without --purge-remote-media-older'] : []),
      ];

/** Says what takes the space, or frees some of it. */
export const run = (options: DiskOptions, context: CommandContext): Promise<ExitCode> =>
  onServer('disk', options, context, (server) =>
    options.purgeOlder === undefined
      ? show(options, server)
      : purge({ ...options, purgeOlder: options.purgeOlder }, server),
  );

const show = async ({ json }: DiskOptions, server: Server): Promise<ExitCode> => {
  const now = nowOn(server);
  const seen = await lookAtDisk(server, now);
  const point = pointOf(seen, Math.floor(now / 1000));
  const forecast = forecastOf(point, seen.noted, seen.free);
  await noteGrowth(point, server);
  const rooms = await largestRooms(server);
  if (json) server.context.ui.print(jsonText(asJson(seen, forecast, rooms, server)));
  else print(seen, forecast, rooms, server);
  const warning = scheduleWarning(server.facts, server.machine);
  if (warning !== undefined) server.context.ui.note(warning);
  return seen.database === undefined ? EXIT.unknown : EXIT.done;
};

const print = (
  seen: DiskSeen,
  forecast: Forecast | undefined,
  rooms: readonly LargeRoom[],
  { context: { ui }, machine }: Server,
): void => {
  const percent = Math.round((seen.free / Math.max(seen.total, 1)) * 100);
  ui.print(`Free: ${sizeText(seen.free)} of ${sizeText(seen.total)} (${percent} %)`);
  for (const { what, bytes, frees, note } of diskLines(seen, machine)) {
    ui.print(`${sizeText(bytes).padStart(9)}  ${what}${note === undefined ? '' : ` (${note})`}`);
    if (frees !== undefined) ui.print(`           ${frees}`);
  }
  if (seen.database === undefined)
    ui.note(
      `The database did not answer: what is in it is not known.${seen.silence === undefined ? '' : ` It said: ${printable(seen.silence, 200)}`}`,
    );
  else {
    ui.print('Largest tables of the database:');
    for (const { name, bytes } of seen.database.tables)
      ui.print(`${sizeText(bytes).padStart(9)}  ${tableText(name)}`);
    if (seen.database.emptyRooms > 0)
      ui.print(
        `Rooms that nobody here is in any more: ${seen.database.emptyRooms}. Synapse deletes them four weeks after the last one left.`,
      );
  }
  if (seen.lastBackup !== undefined) ui.print(lastBackupLine(seen.lastBackup, machine));
  if (rooms.length > 0) {
    ui.print("Rooms that take most of it, by the database's own estimate:");
    for (const { roomId, bytes } of rooms)
      ui.print(
        `${sizeText(bytes).padStart(9)}  matrix-bastion moderation purge-room ${machine} '${roomId}' --dry-run`,
      );
  }
  ui.note(forecastLine(forecast, seen.noted.length));
};

const asJson = (
  seen: DiskSeen,
  forecast: Forecast | undefined,
  rooms: readonly LargeRoom[],
  { domain, machine }: Server,
) => ({
  server: domain,
  total: seen.total,
  used: seen.used,
  free: seen.free,
  items: diskLines(seen, machine),
  tables: seen.database?.tables ?? null,
  emptyRooms: seen.database?.emptyRooms ?? null,
  stateTables: seen.database?.state ?? null,
  largestRooms: rooms,
  lastBackup:
    seen.lastBackup === undefined ? null : { made: seen.lastBackup.made, bytes: seen.lastBackup.bytes },
  forecast: forecast ?? null,
  looksBefore: seen.noted.length,
});
