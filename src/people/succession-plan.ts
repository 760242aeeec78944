import { printable } from '../federation/printable.ts';
import { serverOf } from '../federation/server-name.ts';
import { count } from '../text/count.ts';
import { powerOf, powerText } from './power.ts';
import {
  aliasesOf,
  type Claimant,
  type Followers,
  followerCount,
  followersOf,
  insiders,
  isEncrypted,
  joinRuleOf,
  type Locals,
  type OldRoom,
  type Passage,
  predecessorOf,
  replacers,
} from './succession.ts';

/** How a room gets its successor. */
export type Way =
  /** Synapse makes the successor, closes the old room, and leads from it to the new one. */
  | { readonly kind: 'replace'; readonly by: string }
  /** A new room that names the old one as its predecessor; the old one stays as it is. */
  | { readonly kind: 'beside'; readonly by: string }
  /** There is one; whoever is missing there still comes over. */
  | { readonly kind: 'go-on'; readonly successor: string };

export interface Settings extends Locals {
  /** The account that was asked for. */
  readonly as?: string;
  /** Whether a new room beside the old one will do. */
  readonly mayStandBeside: boolean;
  /** A room that was made here as its successor without replacing it, by somebody who is believed. */
  readonly madeBeside?: string;
}

/** How it is done, or why it cannot be. Pure. */
export const wayOf = (
  room: OldRoom,
  { as, mayStandBeside, madeBeside, ...locals }: Settings,
): Way | { readonly problem: 'nobody-here' | 'not-in-it' | 'no-power' } => {
  if (room.replacedBy !== undefined) return { kind: 'go-on', successor: room.replacedBy };
  // Made once, it is not made again, whoever got the power since.
  if (madeBeside !== undefined) return { kind: 'go-on', successor: madeBeside };
  const inside = insiders(room, locals);
  if (inside.length === 0) return { problem: 'nobody-here' };
  if (as !== undefined && !inside.includes(as)) return { problem: 'not-in-it' };
  const [by] = replacers(room, locals).filter((one) => as === undefined || one === as);
  if (by !== undefined) return { kind: 'replace', by };
  if (!mayStandBeside) return { problem: 'no-power' };
  return { kind: 'beside', by: as ?? (inside[0] as string) };
};

/** Who is believed to have made a successor: an administrator, or the account that was asked for. Others name any room. */
export const believes = ({ administrators, as }: Pick<Settings, 'administrators' | 'as'>, userId: string) =>
  userId === as || administrators.includes(userId);

/** `#garden:example.org (Garden)`. */
export const roomName = (room: OldRoom): string => {
  const name = room.state.find(({ type }) => type === 'm.room.name')?.content.name;
  const shown = typeof name === 'string' && name !== '' ? ` (${printable(name, 60)})` : '';
  return `${printable(aliasesOf(room)[0] ?? room.roomId, 255)}${shown}`;
};

const people = (number: number): string => count(number, 'person', 'people');

const followersText = ({ join, invite, ban }: Followers): string =>
  [
    `${people(join.length)} of yours ${join.length === 1 ? 'is' : 'are'} taken along`,
    `${people(invite.length)} of other servers, or with an invitation only, ${invite.length === 1 ? 'is' : 'are'} invited`,
    ...(ban.length > 0 ? [`${people(ban.length)} stay${ban.length === 1 ? 's' : ''} banned`] : []),
  ].join(', ');

export interface Preview {
  readonly room: OldRoom;
  readonly way: Exclude<Way, { kind: 'go-on' }>;
  readonly version: string;
  readonly locals: Locals;
  /** Localpart of the alias that the new room gets; of a room beside the old one alone. */
  readonly alias?: string;
}

const NOTHING: readonly never[] = [];

/** What would be done, what comes along, and what cannot: one line each. */
export const previewLines = ({ room, way, version, locals, alias }: Preview): readonly string[] => {
  const { by } = way;
  const { domain } = locals;
  const replaces = way.kind === 'replace';
  const fresh = {
    state: room.state.filter(({ type, stateKey }) => type !== 'm.room.member' || stateKey === by),
  };
  const followers = followersOf(room, fresh, { ...locals, leads: replaces });
  const elsewhere = aliasesOf(room).filter((one) => serverOf(one) !== domain);
  const away = elsewhere.map((one) => printable(one, 255)).join(', ');
  return [
    replaces
      ? `${printable(by, 255)} (${powerText(powerOf(by, room))}) replaces it with a room of version ${version}; it is of version ${room.version} now. The old room is closed and leads to the new one.`
      : `Nobody of this server may replace it. ${printable(by, 255)} makes a room of version ${version} here that names it as its predecessor; the old room stays open, and does not lead here.`,
    `Comes along: name, topic, picture, who may join (${printable(joinRuleOf(room), 40)}), who may read back, encryption, access list of servers, power levels, bans${room.create.content.type === 'm.space' ? ', and the rooms of the space' : ''}.`,
    `${followersText({ ...followers, ban: room.banned })}.`,
    ...(replaces && joinRuleOf(room) === 'public'
      ? [
          'People of other servers are not invited one by one: the old room leads them, and everybody may join.',
        ]
      : NOTHING),
    ...(replaces ? ['Aliases of this server lead to the new room afterwards.'] : NOTHING),
    ...(alias !== undefined ? [`The new room is #${alias}:${domain}.`] : NOTHING),
    ...(elsewhere.length > 0
      ? [
          `Stays where it is: ${away}. Whoever has a say on ${serverOf(elsewhere[0] as string)} can let it lead to the new room.`,
        ]
      : NOTHING),
    ...(!replaces && !isEncrypted(room) && joinRuleOf(room) !== 'public'
      ? ['It is encrypted, which the old one is not: rooms for invited people are, on this server.']
      : NOTHING),
    'Stays in the old room: what was said, its files and pinned messages; whoever has the keys can still read it there. Spaces that list the room have to list the new one, bots and bridges have to be set up again.',
  ];
};

/** What is said before people are brought into a room that is there already. */
export const goOnLines = (room: OldRoom, { successor, followers, invitesBy }: Passage): readonly string[] => {
  const joined = successor.joined.length;
  return [
    `It has a successor already: ${roomName(successor)}, ${printable(successor.roomId, 255)}, version ${printable(successor.version, 40)}, made by ${printable(successor.create.sender, 255)}, with ${count(joined, 'member')}.`,
    ...(predecessorOf(successor) === room.roomId
      ? NOTHING
      : ['That room does not say of itself that it follows this one.']),
    ...(followerCount(followers) === 0
      ? NOTHING
      : [
          `${invitesBy === undefined ? 'Nobody of yours may invite there' : `${printable(invitesBy, 255)} acts there`}: ${followersText(followers)}.`,
        ]),
  ];
};

/** The question before that; it says the same in one line. */
export const goOnQuestion = ({ successor, followers: { join, invite, ban } }: Passage): string =>
  `Bring ${people(join.length)} of yours into ${printable(successor.roomId, 255)}, made by ${printable(successor.create.sender, 255)}, and invite ${people(invite.length)}${ban.length > 0 ? `; ${people(ban.length)} stay banned` : ''}`;

/** Lines about rooms that say that they follow this one, and are not believed. */
export const claimantLines = (claimants: readonly Claimant[]): readonly string[] =>
  claimants.length === 0
    ? []
    : [
        'Not taken for its successor, though they say so themselves, because no administrator of yours made them:',
        ...claimants
          .slice(0, 10)
          .map(({ roomId, creator }) => `- ${printable(roomId, 255)} by ${printable(creator, 255)}`),
        ...(claimants.length > 10 ? [`- and ${claimants.length - 10} more`] : []),
        'To go on with one of them: --as and whoever made it.',
      ];

/** Lines about people who could not be brought over. */
export const missedLines = (
  missed: readonly { readonly userId: string; readonly why: string }[],
): readonly string[] =>
  missed.length === 0
    ? []
    : [
        `Not brought over: ${people(missed.length)}. Run this again later; who is there already is left alone.`,
        ...missed.slice(0, 10).map(({ userId, why }) => `- ${printable(userId, 255)}: ${printable(why)}`),
        ...(missed.length > 10 ? [`- and ${missed.length - 10} more`] : []),
      ];
