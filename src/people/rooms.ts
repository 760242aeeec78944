import { printable } from '../federation/printable.ts';
import { count } from '../text/count.ts';

/** A room as the admin API describes it (`GET /_synapse/admin/v1/rooms/{room_id}`). */
export interface Room {
  readonly roomId: string;
  readonly name: string;
  readonly alias: string;
  readonly members: number;
  /** Members with an account on this server. */
  readonly localMembers: number;
  readonly stateEvents: number;
}

type Json = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

export const readRoom = (json: Json): Room => ({
  roomId: textOf(json.room_id),
  name: textOf(json.name),
  alias: textOf(json.canonical_alias),
  members: numberOf(json.joined_members),
  localMembers: numberOf(json.joined_local_members),
  stateEvents: numberOf(json.state_events),
});

/** `#garden:example.org (Garden), 12 members, 3 of them of this server`; names are other people's. */
export const roomText = ({ roomId, name, alias, members, localMembers }: Room): string => {
  const shown = name === '' ? '' : ` (${printable(name, 60)})`;
  return `${printable(alias || roomId, 255)}${shown}, ${count(members, 'member')}, ${localMembers} of them of this server`;
};

/** What a subject on the command line names. Matrix specification, appendices, "Identifier Grammar". */
export type Subject =
  | { readonly kind: 'room'; readonly roomId: string }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'medium'; readonly server: string; readonly mediaId: string };

const SERVER = '[A-Za-z0-9.\\-:[\\]]+';

export const readSubject = (typed: string): Subject | undefined => {
  const text = typed.trim();
  const [, server, mediaId] = new RegExp(`^mxc://(${SERVER})/([A-Za-z0-9_=-]+)$`).exec(text) ?? [];
  if (server !== undefined && mediaId !== undefined) return { kind: 'medium', server, mediaId };
  // Room ids of version 12 and later have no server in them.
  if (/^![\x21-\x7e]{1,254}$/.test(text)) return { kind: 'room', roomId: text };
  if (new RegExp(`^#[^\\p{C}\\s:]+:${SERVER}$`, 'u').test(text)) return { kind: 'alias', alias: text };
  if (new RegExp(`^@[\\x21-\\x39\\x3b-\\x7e]+:${SERVER}$`).test(text)) return { kind: 'user', userId: text };
  return undefined;
};

/** The server and the id in `mxc://server/id`; undefined for anything else. */
export const readMxc = (text: string): { readonly server: string; readonly mediaId: string } | undefined => {
  const subject = readSubject(text);
  return subject?.kind === 'medium' ? subject : undefined;
};
