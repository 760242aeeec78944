import { printable } from '../federation/printable.ts';
import {
  type Content,
  maySend,
  powerOf,
  powerText,
  powerToModerate,
  withoutPower,
  withPower,
} from './power.ts';
import { inviters, joinRuleOf, type Locals, mostPowerful, type OldRoom } from './succession.ts';

export const POWER_LEVELS = 'm.room.power_levels';

/** What a bot lacks before it can protect a room, and who helps it: administrators of this server and nobody else. */
export interface Entry {
  readonly room: OldRoom;
  readonly joins: boolean;
  /** Who asks it in; absent where it is in, is asked already, or everybody may join. */
  readonly invitedBy?: string;
  /** The power that it gets; absent where it has enough. */
  readonly power?: {
    readonly by: string;
    readonly from: number;
    readonly to: number;
    /** The new content of m.room.power_levels. */
    readonly levels: Content;
  };
}

/** Why it cannot protect a room, and what somebody who may has to do there. */
export interface Obstacle {
  readonly room: OldRoom;
  readonly why: string;
  /** Commands that Element takes in a room. */
  readonly say: readonly string[];
}

type Administrators = Pick<Locals, 'domain' | 'administrators'>;

/** Who gives the power: an administrator with as much of it. */
const giver = (level: number, room: OldRoom, { administrators }: Administrators): string | undefined =>
  administrators
    .filter((userId) => room.joined.includes(userId))
    .filter((userId) => maySend(userId, POWER_LEVELS, room) && powerOf(userId, room) >= level)
    .sort((one, other) => powerOf(other, room) - powerOf(one, room))[0];

/** How a bot comes to protect a room. Pure. @param bot its user id */
export const planEntry = (bot: string, room: OldRoom, locals: Administrators): Entry | Obstacle => {
  const joins = !room.joined.includes(bot);
  const admins = { ...locals, usable: new Set(locals.administrators) };
  const asks = joins && !room.invited.includes(bot) && joinRuleOf(room) !== 'public';
  const banned = room.banned.includes(bot);
  const [invitedBy] = asks ? inviters(room, admins) : [];
  const [from, to] = [powerOf(bot, room), powerToModerate(room)];
  const by = from < to ? giver(to, room, locals) : undefined;
  const problems = [
    ...(banned ? ['it is banned there'] : []),
    ...(asks && invitedBy === undefined ? ['no administrator of yours in it may invite'] : []),
    ...(from < to && by === undefined
      ? [
          `it has power ${from} and needs ${to}, to ban, to take messages away and to write the access list of servers; no administrator of yours in it may give that`,
        ]
      : []),
  ];
  if (problems.length > 0)
    return {
      room,
      why: problems.join('; '),
      say: [
        ...(banned ? [`/unban ${bot}`] : []),
        ...(asks ? [`/invite ${bot}`] : []),
        ...(from < to ? [`/op ${bot} ${to}`] : []),
      ],
    };
  return {
    room,
    joins,
    ...(invitedBy !== undefined && { invitedBy }),
    ...(by !== undefined && { power: { by, from, to, levels: withPower(bot, to, by, room) } }),
  };
};

/** `joins, invited by @admin:example.org; gets power 100 from @admin:example.org, it has 0` */
export const entryText = ({ joins, invitedBy, power }: Entry): string =>
  [
    ...(joins
      ? [`joins${invitedBy === undefined ? '' : `, invited by ${printable(invitedBy, 255)}`}`]
      : ['is in it']),
    ...(power === undefined
      ? ['has the power that it needs']
      : [`gets power ${power.to} from ${printable(power.by, 255)}, it has ${power.from}`]),
  ].join('; ');

/** Whom to ask in a room: `@ada:example.com (power 100)`. */
export const powerfulText = (room: OldRoom): string =>
  mostPowerful(room)
    .map((userId) => `${printable(userId, 255)} (${powerText(powerOf(userId, room))})`)
    .join(', ');

/** The power levels with which a bot gives up what it has in a room; undefined where it has none to itself, or may not. */
export const givenUp = (bot: string, room: OldRoom): Content | undefined =>
  maySend(bot, POWER_LEVELS, room) ? withoutPower(bot, room) : undefined;
