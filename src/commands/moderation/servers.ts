import { askForEach } from '../../apply/admin-api.ts';
import { lookAtRooms } from '../../apply/look-at-rooms.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Failure, UsageError } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { parseServerName } from '../../federation/server-name.ts';
import { ACL } from '../../people/power.ts';
import {
  knownRoomText,
  planServerBlock,
  type RoomChange,
  type ServerBlock,
} from '../../people/server-block.ts';
import { count } from '../../text/count.ts';
import { jsonText } from '../../ui/json-text.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';
import { protectedRooms, readyBot } from './bot.ts';

/** Why it is no server that can be kept out; undefined when it is one. An access list knows no ports. */
export const serverProblem = (typed: string): string | undefined => {
  const name = parseServerName(typed.trim());
  if ('invalid' in name) return `"${printable(typed)}" is no name of a server: ${name.invalid}`;
  return name.port === undefined
    ? undefined
    : `"${printable(typed)}" has a port: an access list names servers without`;
};

/** Rooms of which each has a line; the rest is counted. */
const SHOWN = 20;
/** Rooms that are changed in one round trip. */
const BATCH = 25;

type Wanted = 'kept-out' | 'let-in';

/** Keeps a server out of the rooms in which an administrator of ours may do that, or lets it in again. */
export const setServer =
  (wanted: Wanted) =>
  (options: ModerationOptions, server: Server): Promise<ExitCode> =>
    alone(server, async () => {
      const other = (options.subject ?? '').trim().toLowerCase();
      if (other === server.domain)
        throw new UsageError(`${printable(other)} is this server itself: it would shut out its own people`);
      const rooms = await lookAtRooms(
        { domain: server.domain, server: other },
        { ...server, host: server.plain },
      );
      const bot = readyBot(server);
      const botRooms = bot && { bot, rooms: await protectedRooms(bot, server) };
      const plan = planServerBlock(rooms, other, wanted, botRooms);
      const todo = plan.changes.filter(({ change }) => change !== undefined);
      if (!options.json) await show(plan, other, wanted, server);
      const isDone = todo.length === 0 || options.dryRun;
      if (!isDone) {
        await agreeTo(`Change the access list of ${count(todo.length, 'room')}`, options, server.context);
        await carryOut(todo, server);
      }
      if (options.json) server.context.ui.print(jsonText(asJson(plan, other, wanted, options)));
      else tellEnd(plan, other, wanted, options, server);
      return EXIT.done;
    });

const show = async (plan: ServerBlock, other: string, wanted: Wanted, server: Server): Promise<void> => {
  const { ui } = server.context;
  const path = `/_synapse/admin/v1/federation/destinations/${encodeURIComponent(other)}`;
  const [known] = await server.api([{ method: 'GET', path }]);
  const met = [...plan.changes.map(({ room }) => room), ...plan.already].some(({ there }) => there > 0);
  if (known?.status === 404 && !met)
    ui.note(`This server never had to do with ${printable(other)} so far: is the name right?`);
  const [todo, cannot] = [
    plan.changes.filter(({ change }) => change !== undefined),
    plan.changes.filter(({ change }) => change === undefined),
  ];
  const list = (title: string, some: readonly RoomChange[], text: (one: RoomChange) => string): void => {
    if (some.length === 0) return;
    ui.print(title);
    for (const one of some.slice(0, SHOWN)) ui.print(`- ${text(one)}`);
    if (some.length > SHOWN) ui.print(`- and ${count(some.length - SHOWN, 'more room')}`);
  };
  const verb = wanted === 'kept-out' ? 'is kept out of' : 'is let into';
  list(
    `${printable(other)} ${verb} ${count(todo.length, 'room')}:`,
    todo,
    ({ room, change }) => `${knownRoomText(room)}, by ${printable(change?.by ?? '', 255)}`,
  );
  list(
    `Not of ${count(cannot.length, 'room')}:`,
    cannot,
    ({ room, why }) => `${knownRoomText(room)}: ${why ?? ''}`,
  );
  if (plan.already.length > 0) ui.print(`As wanted already: ${count(plan.already.length, 'room')}.`);
};

const tellEnd = (
  plan: ServerBlock,
  other: string,
  wanted: Wanted,
  options: ModerationOptions,
  { context, machine }: Server,
): void => {
  const { ui } = context;
  const todo = plan.changes.filter(({ change }) => change !== undefined);
  if (options.dryRun) ui.note('Dry run: nothing was changed.');
  else if (todo.length === 0) ui.print('Nothing to do: no access list changes.');
  else ui.print(`Done: ${count(todo.length, 'access list')} changed.`);
  if (wanted === 'kept-out')
    ui.note(
      `Room by room is all that Synapse has: it keeps no list of servers to refuse. People there can still invite yours, and rooms made from now on are open to them; run this again after a while, or name those to talk to: matrix-bastion federation ${machine} allowlist. Whoever is in a room stays on its list of members, without a say. To take it back: matrix-bastion moderation unblock-server ${machine} ${other}`,
    );
};

const carryOut = async (todo: readonly RoomChange[], { api, context }: Server): Promise<void> => {
  const replies = await askForEach(api, todo, {
    requestsFor: ({ room, change }) => [
      {
        method: 'PUT',
        path: `/_matrix/client/v3/rooms/${encodeURIComponent(room.roomId)}/state/${ACL}`,
        body: change?.acl ?? {},
        user: change?.by ?? '',
      },
    ],
    batch: BATCH,
    signal: context.signal,
  });
  const refused = todo.flatMap(({ room }, index) => {
    const reply = replies[index];
    return reply?.status === 200
      ? []
      : [
          `${printable(room.roomId, 255)}: ${reply?.status ?? 'no answer'} ${String(reply?.body.error ?? '')}`,
        ];
  });
  if (refused.length === 0) return;
  throw new Failure({
    code: 'MB-ADMIN-REFUSED',
    what: `Synapse did not change ${count(refused.length, 'access list')} of ${todo.length}.`,
    why: refused[0] ?? '',
    fix: ['Run this again: what was changed stays, and is not done twice.'],
    safe: 'Rooms whose list was not changed are as before.',
  });
};

const asJson = (plan: ServerBlock, server: string, wanted: Wanted, { dryRun }: ModerationOptions) => ({
  server,
  wanted,
  dryRun,
  rooms: plan.changes.map(({ room, change, why }) => ({
    room: room.roomId,
    alias: room.alias,
    people: room.here,
    theirs: room.there,
    ...(change === undefined ? { changed: false, why } : { changed: !dryRun, by: change.by }),
  })),
  already: plan.already.map(({ roomId }) => roomId),
});
