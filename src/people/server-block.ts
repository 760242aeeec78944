import type { ModerationBot } from '../answers/answers.ts';
import { printable } from '../federation/printable.ts';
import { BOT_NAMES, banCommand } from './moderation-bot.ts';
import { ACL, type Content, maySend, powerOf, type RoomPower, type StateEvent } from './power.ts';

/** A room that people of this server are in, and who has a say there. */
export interface KnownRoom extends RoomPower {
  readonly roomId: string;
  readonly name: string;
  readonly alias: string;
  /** People of this server in it, and of the other one. */
  readonly here: number;
  readonly there: number;
  /** Administrators of this server that are in it. */
  readonly administrators: readonly string[];
  /** Content of its m.room.server_acl; absent where it has none. */
  readonly acl?: Content;
  readonly isReplaced: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

const eventOf = (text: unknown): StateEvent | undefined => {
  if (typeof text !== 'string') return undefined;
  const { sender, content } = JSON.parse(text) as Partial<StateEvent>;
  return { sender: textOf(sender), content: content ?? {} };
};

/** The list of templates/scripts/look-at-rooms.sh. Rooms without their first event are left out: nobody can act there. */
export const readKnownRooms = (list: readonly Json[]): readonly KnownRoom[] =>
  list.flatMap((room) => {
    const events = (room.events ?? {}) as Json;
    const create = eventOf(events['m.room.create']);
    if (create === undefined) return [];
    const [powerLevels, acl] = [eventOf(events['m.room.power_levels']), eventOf(events[ACL])];
    return [
      {
        roomId: textOf(room.room_id),
        name: textOf(room.name),
        alias: textOf(room.alias),
        version: textOf(room.version),
        here: numberOf(room.here),
        there: numberOf(room.there),
        administrators: Array.isArray(room.administrators) ? room.administrators.map(textOf) : [],
        create,
        ...(powerLevels && { powerLevels }),
        ...(acl && { acl: acl.content }),
        isReplaced: events['m.room.tombstone'] !== undefined,
      },
    ];
  });

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/**
 * `*` and `?` as the specification has them (client-server API, "m.room.server_acl"); nothing else is special. Not by a
 * regular expression: a list is other people's, and `*a*a*a*…` would keep one busy for ever.
 */
const matches = (glob: string, server: string): boolean => {
  const pattern = glob.toLowerCase();
  let at = 0;
  let star = -1;
  let from = 0;
  for (let read = 0; read < server.length; ) {
    const char = pattern[at];
    if (char === '*') {
      star = at++;
      from = read;
    } else if (char === '?' || (char !== undefined && char === server[read])) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      at = star + 1;
      from += 1;
      read = from;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
};

const isLiteral = (server: string): boolean => /^\[|^[\d.]+$/.test(server);

/** Whether a room's list lets a server in. */
export const letsIn = (acl: Content | undefined, server: string): boolean => {
  if (acl === undefined) return true;
  if (isLiteral(server) && acl.allow_ip_literals === false) return false;
  if (textsOf(acl.deny).some((glob) => matches(glob, server))) return false;
  return textsOf(acl.allow).some((glob) => matches(glob, server));
};

/** The list with a server kept out. One that is not there yet lets everybody else in, as before. */
const withServer = (acl: Content | undefined, server: string): Content =>
  acl === undefined
    ? { allow: ['*'], deny: [server], allow_ip_literals: true }
    : { ...acl, deny: [...textsOf(acl.deny), server] };

const withoutServer = (acl: Content, server: string): Content => ({
  ...acl,
  deny: textsOf(acl.deny).filter((one) => one.toLowerCase() !== server),
});

/** What becomes of a room. */
export interface RoomChange {
  readonly room: KnownRoom;
  /** Who does it, and the new list; absent where nobody can. */
  readonly change?: { readonly by: string; readonly acl: Content };
  /** Why nothing is done. */
  readonly why?: string;
}

export interface ServerBlock {
  readonly changes: readonly RoomChange[];
  /** Rooms that are as wanted already. */
  readonly already: readonly KnownRoom[];
}

const NOBODY = 'no administrator of yours may change its access list';
const OTHERWISE = 'its access list keeps the server out by a pattern, or lets in others only';

/** Who does it: the administrator with most power of those that may. */
const doerIn = (room: KnownRoom): string | undefined =>
  room.administrators
    .filter((userId) => maySend(userId, ACL, room))
    .sort((one, other) => powerOf(other, room) - powerOf(one, room))[0];

const isFederated = ({ create }: KnownRoom): boolean => create.content['m.federate'] !== false;

/** Rooms whose access list a moderation bot writes out of its policy lists alone: whatever others write there is undone. */
export interface BotRooms {
  readonly bot: ModerationBot;
  /** Room ids. */
  readonly rooms: readonly string[];
}

const writtenBy = (bot: ModerationBot, server: string, wanted: 'kept-out' | 'let-in'): string =>
  `${BOT_NAMES[bot]} writes its access list; in its room: ${banCommand(bot, server, wanted)}`;

/** Keeps a server out of every room in which somebody may do that, or lets it in again. Pure. */
export const planServerBlock = (
  rooms: readonly KnownRoom[],
  server: string,
  wanted: 'kept-out' | 'let-in',
  botRooms?: BotRooms,
): ServerBlock => {
  const open = rooms.filter((room) => isFederated(room) && !room.isReplaced);
  const isAsWanted = ({ acl }: KnownRoom): boolean => letsIn(acl, server) === (wanted === 'let-in');
  const changes = open
    .filter((room) => !isAsWanted(room))
    .map((room): RoomChange => {
      if (botRooms?.rooms.includes(room.roomId))
        return { room, why: writtenBy(botRooms.bot, server, wanted) };
      const acl =
        wanted === 'kept-out' ? withServer(room.acl, server) : withoutServer(room.acl ?? {}, server);
      const by = doerIn(room);
      if (wanted === 'let-in' && !letsIn(acl, server)) return { room, why: OTHERWISE };
      return by === undefined ? { room, why: NOBODY } : { room, change: { by, acl } };
    });
  return { changes, already: open.filter(isAsWanted) };
};

/** `#garden:example.org (Garden), 12 of yours, 3 of theirs`. */
export const knownRoomText = ({ roomId, name, alias, here, there }: KnownRoom): string => {
  const shown = name === '' ? '' : ` (${printable(name, 60)})`;
  return `${printable(alias || roomId, 255)}${shown}, ${here} of yours, ${there} of theirs`;
};
