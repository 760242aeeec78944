import { type AdminReply, askOrFail, refusedBySynapse } from '../../apply/admin-api.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Failure, UsageError } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { type Room, readRoom, readSubject, roomText } from '../../people/rooms.ts';
import { jsonText } from '../../ui/json-text.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';

const roomPath = (version: 'v1' | 'v2', roomId: string, what = ''): string =>
  `/_synapse/admin/${version}/rooms/${encodeURIComponent(roomId)}${what}`;

/** The id that a subject names. @throws UsageError when its alias leads nowhere */
export const roomIdOf = async (typed: string, { api }: Server): Promise<string> => {
  const subject = readSubject(typed);
  if (subject?.kind === 'room') return subject.roomId;
  if (subject?.kind !== 'alias')
    throw new UsageError(`"${printable(typed)}" is no room: !id or #alias:server`);
  const path = `/_matrix/client/v3/directory/room/${encodeURIComponent(subject.alias)}`;
  const [reply] = await api([{ method: 'GET', path }]);
  if (typeof reply?.body.room_id === 'string') return reply.body.room_id;
  throw new UsageError(`${printable(subject.alias)} leads to no room`, ['Give the id of the room: !…']);
};

/** What the server knows of a room, and whether it is blocked; a room that nobody here was in is not known. */
const look = async (
  roomId: string,
  { api }: Server,
): Promise<{ readonly room?: Room; readonly blocked: boolean }> => {
  const [known, block] = await api([
    { method: 'GET', path: roomPath('v1', roomId) },
    { method: 'GET', path: roomPath('v1', roomId, '/block') },
  ]);
  if (block?.status !== 200) throw refusedBySynapse(block, `${printable(roomId)} could not be looked at.`);
  return {
    ...(known?.status === 200 && { room: readRoom(known.body) }),
    blocked: block.body.block === true,
  };
};

const shown = (roomId: string, room: Room | undefined): string =>
  room === undefined ? `${printable(roomId, 255)}, which nobody here is in` : roomText(room);

/** Keeps everybody here out of a room, or no longer. Whoever is in it stays. */
export const setBlocked =
  (wanted: boolean) =>
  (options: ModerationOptions, server: Server): Promise<ExitCode> =>
    alone(server, async () => {
      const { ui } = server.context;
      const roomId = await roomIdOf(options.subject ?? '', server);
      const { room, blocked } = await look(roomId, server);
      const result = {
        room: roomId,
        blocked: wanted,
        changed: blocked !== wanted && !options.dryRun,
        dryRun: options.dryRun,
      };
      if (blocked !== wanted && !options.dryRun)
        await askOrFail(
          server.api,
          { method: 'PUT', path: roomPath('v1', roomId, '/block'), body: { block: wanted } },
          `${printable(roomId)} could not be ${wanted ? 'blocked' : 'unblocked'}.`,
        );
      if (options.json) {
        ui.print(jsonText(result));
        return EXIT.done;
      }
      ui.print(`Room: ${shown(roomId, room)}`);
      if (blocked === wanted) ui.print(`Nothing to do: it is ${wanted ? 'blocked already' : 'not blocked'}.`);
      else if (options.dryRun)
        ui.note(`Dry run: it would be ${wanted ? 'blocked' : 'unblocked'}; nothing was changed.`);
      else if (wanted)
        ui.print(
          `Blocked: nobody of this server can join it any more; ${room?.localMembers ?? 0} who are in it stay. unblock-room takes it back; purge-room takes them out.`,
        );
      else ui.print('Unblocked: whoever may join it by its own rules can do so.');
      return EXIT.done;
    });

/** A purge of a large room takes minutes; how long is looked again. */
const EVERY_MS = 1000;

/** Takes everybody here out of a room and deletes what this server has of it. */
export const purge = (options: ModerationOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { context, api } = server;
    const { ui } = context;
    const roomId = await roomIdOf(options.subject ?? '', server);
    const { room } = await look(roomId, server);
    if (room === undefined) {
      ui.print(
        options.json
          ? jsonText({ room: roomId, changed: false })
          : 'Nothing to do: this server has nothing of that room.',
      );
      return EXIT.done;
    }
    if (!options.json) ui.print(`Room: ${roomText(room)}`);
    ui.note(
      `${room.localMembers} of this server leave it, and its history goes from this server's database. That cannot be taken back${room.members > room.localMembers ? '; other servers keep their copies, and who is invited again can come back: block-room prevents it' : ': nobody else has a copy'}.`,
    );
    if (options.dryRun) {
      if (options.json) ui.print(jsonText({ room: roomId, changed: false, dryRun: true, ...room }));
      ui.note('Dry run: nothing was changed.');
      return EXIT.done;
    }
    await agreeTo(`Purge ${printable(roomId)}`, options, context);
    const body = await askOrFail(
      api,
      { method: 'DELETE', path: roomPath('v2', roomId), body: { block: false, purge: true } },
      `${printable(roomId)} could not be purged.`,
    );
    await purged(String(body.delete_id), server);
    ui.print(
      options.json
        ? jsonText({ room: roomId, changed: true })
        : 'Purged: this server has nothing of it any more.',
    );
    return EXIT.done;
  });

const purged = async (deleteId: string, { api, signal }: Server): Promise<void> => {
  for (;;) {
    const path = `/_synapse/admin/v2/rooms/delete_status/${encodeURIComponent(deleteId)}`;
    const body: AdminReply['body'] = await askOrFail(
      api,
      { method: 'GET', path },
      'The purge could not be followed.',
    );
    if (body.status === 'complete') return;
    if (body.status === 'failed')
      throw new Failure({
        code: 'MB-ADMIN-REFUSED',
        what: 'Synapse could not purge the room to its end.',
        why: String(body.error ?? ''),
        fix: ['Run this again.'],
        safe: 'The server runs; other rooms are untouched.',
      });
    signal.throwIfAborted();
    await new Promise((later) => setTimeout(later, EVERY_MS));
  }
};
