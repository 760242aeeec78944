/**
 * Who may do what in a room. Source: Matrix specification, "m.room.power_levels" and room version 12 (creators have more
 * power than any number, and are not in `users`).
 */

export type Content = Readonly<Record<string, unknown>>;

/** An event of a room's state, as far as power is concerned. */
export interface StateEvent {
  readonly sender: string;
  readonly content: Content;
}

export interface RoomPower {
  /** Room version. */
  readonly version: string;
  readonly create: StateEvent;
  /** Absent where the room has no such event. */
  readonly powerLevels?: StateEvent;
}

/** Room versions from 12 on; an unstable one is judged like the old ones, which gives nobody power by mistake. */
export const hasCreatorPower = (version: string): boolean => /^\d+$/.test(version) && Number(version) >= 12;

const isRecord = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Rooms up to version 9 may say a level as text. */
const levelOf = (value: unknown): number | undefined => {
  const level = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  return typeof level === 'number' && Number.isSafeInteger(level) ? level : undefined;
};

const LEVELS = ['ban', 'invite', 'kick', 'redact', 'events_default', 'state_default', 'users_default'];
const LISTS_OF_LEVELS = ['events', 'notifications', 'users'];

const levelsIn = (list: Content): Content =>
  Object.fromEntries(
    Object.entries(list)
      .map(([name, value]) => [name, levelOf(value)] as const)
      .filter(([, level]) => level !== undefined),
  );

/**
 * The same power levels as a new room takes them: each a number, which rooms from version 10 on demand; what is no level is
 * left out, as an older room treats it. Source: Matrix specification, room version 10, authorization rules.
 */
export const numericLevels = (content: Content): Content =>
  Object.fromEntries(
    Object.entries(content).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      if (LISTS_OF_LEVELS.includes(name)) return isRecord(value) ? [[name, levelsIn(value)]] : [];
      if (!LEVELS.includes(name)) return [[name, value]];
      const level = levelOf(value);
      return level === undefined ? [] : [[name, level]];
    }),
  );

/** Creators: the sender of the first event, and whom it names; before version 12 that is no power by itself. */
export const creatorsOf = ({ create }: Pick<RoomPower, 'create'>): readonly string[] => {
  const more = create.content.additional_creators;
  return [
    create.sender,
    ...(Array.isArray(more) ? more.filter((one): one is string => typeof one === 'string') : []),
  ];
};

/** Infinity for a creator in a room of version 12 or later. */
export const powerOf = (userId: string, room: RoomPower): number => {
  if (hasCreatorPower(room.version) && creatorsOf(room).includes(userId)) return Number.POSITIVE_INFINITY;
  if (room.powerLevels === undefined) {
    const { creator } = room.create.content;
    return userId === (typeof creator === 'string' ? creator : room.create.sender) ? 100 : 0;
  }
  const { users, users_default: others } = room.powerLevels.content;
  return (isRecord(users) ? levelOf(users[userId]) : undefined) ?? levelOf(others) ?? 0;
};

/** The power that a state event of this type needs. */
export const neededFor = (type: string, { powerLevels }: RoomPower): number => {
  if (powerLevels === undefined) return 0;
  const { events, state_default: others } = powerLevels.content;
  return (isRecord(events) ? levelOf(events[type]) : undefined) ?? levelOf(others) ?? 50;
};

export const maySend = (userId: string, type: string, room: RoomPower): boolean =>
  powerOf(userId, room) >= neededFor(type, room);

/** The power that inviting needs; 0 where nothing says it. */
export const mayInvite = (userId: string, room: RoomPower): boolean =>
  powerOf(userId, room) >= (levelOf(room.powerLevels?.content.invite) ?? 0);

/** The power that banning needs; 50 where nothing says it. */
export const mayBan = (userId: string, room: RoomPower): boolean =>
  powerOf(userId, room) >= (levelOf(room.powerLevels?.content.ban) ?? 50);

export const ACL = 'm.room.server_acl';

/**
 * The power that a moderation bot needs to do all of its work: ban, put out, take messages away and write the access list of
 * servers (Mjolnir 1.12.1, verifyPermissionsIn; Draupnir 3.1.0 asks for the same). 100 in a room as Synapse makes it.
 */
export const powerToModerate = (room: RoomPower): number => {
  const { ban, kick, redact } = room.powerLevels?.content ?? {};
  return Math.max(neededFor(ACL, room), ...[ban, kick, redact].map((level) => levelOf(level) ?? 50));
};

/** Power levels with another one for somebody; in a room without any whoever sends them keeps what the maker of a room has. */
export const withPower = (userId: string, level: number, by: string, room: RoomPower): Content => {
  const { content } = room.powerLevels ?? { content: { users: { [by]: 100 } } };
  return { ...content, users: { ...(isRecord(content.users) && content.users), [userId]: level } };
};

/** Power levels in which somebody is not named any more; undefined where that is so already. */
export const withoutPower = (userId: string, { powerLevels }: RoomPower): Content | undefined => {
  const users = powerLevels?.content.users;
  if (!isRecord(users) || !(userId in users)) return undefined;
  const { [userId]: _, ...others } = users;
  return { ...powerLevels?.content, users: others };
};

/** `100`, or `creator` in the words of people. */
export const powerText = (level: number): string =>
  level === Number.POSITIVE_INFINITY ? 'a creator of it' : `power ${level}`;
