import type { FederationMode } from '../answers/answers.ts';
import { printable } from '../federation/printable.ts';
import { count } from '../text/count.ts';

/** Whom a server talks to, as its answers say. */
export interface Openness {
  readonly mode: FederationMode;
  /** Server names; of an allowlist alone. */
  readonly allowed: readonly string[];
}

/** The names of the servers that are talked to; `null` for all of them. */
export type TalkedTo = readonly string[] | null;

export const talkedTo = ({ mode, allowed }: Openness): TalkedTo =>
  mode === 'open' ? null : mode === 'closed' ? [] : allowed;

/** Whether a server that was talked to would not be any more. */
export const isNarrower = (before: TalkedTo, after: TalkedTo): boolean =>
  after !== null && (before === null || before.some((server) => !after.includes(server)));

/** A room with people of servers that are cut off. */
export interface SharedRoom {
  readonly roomId: string;
  readonly name: string;
  readonly alias: string;
  /** People of this server in it. */
  readonly here: number;
  /** People of the servers that are cut off, and how many servers that are. */
  readonly people: number;
  readonly servers: number;
  /** One of those people. */
  readonly somebody: string;
  /** The servers with most people in it, at most three. */
  readonly largest: readonly string[];
}

/** What hangs on servers that are not talked to any more. */
export interface CutOff {
  readonly rooms: number;
  readonly servers: number;
  /** Servers with most rooms first, at most ten. */
  readonly largest: readonly { readonly server: string; readonly rooms: number }[];
  /** The rooms with most people of this server first; not all of many. */
  readonly named: readonly SharedRoom[];
  /** Invitations from there that wait for somebody here, and the other way around. */
  readonly invitedHere: number;
  readonly invitedAway: number;
}

type Json = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** The document of templates/scripts/look-at-cut-off.sh. */
export const readCutOff = (json: Json): CutOff => ({
  rooms: numberOf(json.rooms),
  servers: numberOf(json.servers),
  largest: listOf(json.largest).map(({ server, rooms }) => ({
    server: textOf(server),
    rooms: numberOf(rooms),
  })),
  named: listOf(json.named).map((room) => ({
    roomId: textOf(room.room_id),
    name: textOf(room.name),
    alias: textOf(room.alias),
    here: numberOf(room.here),
    people: numberOf(room.people),
    servers: numberOf(room.servers),
    somebody: textOf(room.somebody),
    largest: Array.isArray(room.largest) ? room.largest.map(textOf) : [],
  })),
  invitedHere: numberOf(json.invited_here),
  invitedAway: numberOf(json.invited_away),
});

/** `a.example, b.example and 3 more servers`. */
const serversText = ({ largest, servers }: SharedRoom): string => {
  const names = largest.map((name) => printable(name, 80)).join(', ');
  const more = servers - largest.length;
  return more > 0 ? `${names} and ${count(more, 'more server')}` : names;
};

const roomName = ({ roomId, name, alias, here, people, somebody }: SharedRoom): string => {
  const shown = name === '' ? '' : ` (${printable(name, 60)})`;
  if (alias !== '' || name !== '') return `${printable(alias || roomId, 255)}${shown}`;
  return here === 1 && people === 1
    ? `a conversation with ${printable(somebody, 255)}`
    : printable(roomId, 255);
};

/** Lines of rooms that are said; the rest is counted. */
const SHOWN = 10;

/** One line for each room, most people of this server first. */
export const sharedRoomLines = ({ rooms, named }: CutOff): readonly string[] => {
  const shown = named.slice(0, SHOWN);
  const more = rooms - shown.length;
  return [
    ...shown.map(
      (room) =>
        `- ${roomName(room)}: ${room.here} of yours, ${count(room.people, 'person', 'people')} of ${serversText(room)}`,
    ),
    ...(more > 0 ? [`- and ${count(more, 'more room')}`] : []),
  ];
};

/** Whom a server talks to. */
export const opennessText = ({ mode, allowed }: Openness): string =>
  mode === 'open'
    ? 'open: it talks to every server'
    : mode === 'closed'
      ? 'closed: it talks to no other server'
      : `allowlist: it talks to ${allowed.map((name) => printable(name, 255)).join(', ')}, and to no other`;

/** What breaks, in a few words: for the plan. */
export const cutOffShort = (cutOff: CutOff | undefined): string =>
  cutOff === undefined
    ? 'what that cuts off could not be counted'
    : cutOff.rooms === 0
      ? 'no room loses anybody by it'
      : `${count(cutOff.rooms, 'room')} lose${cutOff.rooms === 1 ? 's' : ''} the people of ${count(cutOff.servers, 'server')}`;

/** What breaks, before somebody agrees to it. @param cutOff undefined where the database could not be asked */
export const cutOffLines = (after: Openness, cutOff: CutOff | undefined): readonly string[] => {
  const begin = `WARNING Federation becomes ${opennessText(after)}.`;
  if (cutOff === undefined)
    return [`${begin} Which rooms that cuts off could not be seen: the database did not answer.`];
  const invites = [
    ...(cutOff.invitedHere > 0
      ? [`${count(cutOff.invitedHere, 'invitation')} from there to people of yours`]
      : []),
    ...(cutOff.invitedAway > 0
      ? [`${count(cutOff.invitedAway, 'invitation')} from here to people there`]
      : []),
  ];
  return [
    cutOff.rooms === 0
      ? `${begin} No room has people of a server that is cut off by it.`
      : `${begin} ${cutOffShort(cutOff)[0]?.toUpperCase()}${cutOffShort(cutOff).slice(1)}: what is said there does not reach them any more, nor what they say your users.`,
    ...sharedRoomLines(cutOff),
    ...(invites.length === 0 ? [] : [`Waiting, and of no use then: ${invites.join(', ')}.`]),
    ...(cutOff.rooms === 0
      ? []
      : [
          'Nobody is taken out of a room, and it can be opened again; what was said meanwhile may be missing on either side.',
        ]),
  ];
};

/** The same for programs. */
export const cutOffJson = (cutOff: CutOff): Json => ({
  rooms: cutOff.rooms,
  servers: cutOff.servers,
  largestServers: cutOff.largest,
  largestRooms: cutOff.named,
  invitationsHere: cutOff.invitedHere,
  invitationsAway: cutOff.invitedAway,
});
