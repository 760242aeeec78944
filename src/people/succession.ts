import { serverOf } from '../federation/server-name.ts';
import {
  type Content,
  creatorsOf,
  hasCreatorPower,
  mayBan,
  mayInvite,
  maySend,
  neededFor,
  numericLevels,
  powerOf,
  type RoomPower,
} from './power.ts';

export const TOMBSTONE = 'm.room.tombstone';

/** An event of a room's state, as the admin API lists it (`GET /_synapse/admin/v1/rooms/{room_id}/state`). */
export interface State {
  readonly type: string;
  readonly stateKey: string;
  readonly sender: string;
  readonly eventId: string;
  readonly content: Content;
}

type Json = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const readState = (list: readonly Json[]): readonly State[] =>
  list.map((event) => ({
    type: textOf(event.type),
    stateKey: textOf(event.state_key),
    sender: textOf(event.sender),
    eventId: textOf(event.event_id),
    content: (event.content ?? {}) as Content,
  }));

/** A room with all that its successor takes from it. */
export interface OldRoom extends RoomPower {
  readonly roomId: string;
  readonly state: readonly State[];
  readonly joined: readonly string[];
  readonly invited: readonly string[];
  readonly banned: readonly string[];
  /** The room that it was replaced with. */
  readonly replacedBy?: string;
}

const find = (state: readonly State[], type: string): State | undefined =>
  state.find((one) => one.type === type && one.stateKey === '');

const withMembership = (state: readonly State[], membership: string): readonly string[] =>
  state
    .filter(({ type, content }) => type === 'm.room.member' && content.membership === membership)
    .map(({ stateKey }) => stateKey);

/** Undefined where the room's first event is not known. */
export const oldRoom = (roomId: string, state: readonly State[]): OldRoom | undefined => {
  const create = find(state, 'm.room.create');
  if (create === undefined) return undefined;
  const powerLevels = find(state, 'm.room.power_levels');
  const replacedBy = find(state, TOMBSTONE)?.content.replacement_room;
  return {
    roomId,
    state,
    create,
    // Rooms of version 1 need not say so (Matrix specification, "m.room.create").
    version: textOf(create.content.room_version) || '1',
    ...(powerLevels && { powerLevels }),
    joined: withMembership(state, 'join'),
    invited: withMembership(state, 'invite'),
    banned: withMembership(state, 'ban'),
    ...(typeof replacedBy === 'string' && replacedBy !== '' && { replacedBy }),
  };
};

export const joinRuleOf = ({ state }: Pick<OldRoom, 'state'>): string =>
  textOf(find(state, 'm.room.join_rules')?.content.join_rule) || 'invite';

export const isEncrypted = ({ state }: Pick<OldRoom, 'state'>): boolean =>
  find(state, 'm.room.encryption') !== undefined;

/** The aliases that a room says it has, the canonical one first. */
export const aliasesOf = ({ state }: Pick<OldRoom, 'state'>): readonly string[] => {
  const { alias, alt_aliases: more } = find(state, 'm.room.canonical_alias')?.content ?? {};
  const all = [alias, ...(Array.isArray(more) ? more : [])];
  return [...new Set(all.filter((one): one is string => typeof one === 'string' && one.startsWith('#')))];
};

/** The accounts of this server. User ids. */
export interface Locals {
  /** server_name. */
  readonly domain: string;
  readonly administrators: readonly string[];
  /** Those that can be logged in: neither locked nor deactivated, which stay members of their rooms. */
  readonly usable: ReadonlySet<string>;
}

/** Accounts of this server that may do it, the best first: administrators, then whoever has most power. */
const doers = (
  room: OldRoom,
  { administrators, usable }: Locals,
  may: (userId: string) => boolean,
): readonly string[] => {
  const isAdministrator = (userId: string): number => (administrators.includes(userId) ? 1 : 0);
  return room.joined
    .filter((userId) => usable.has(userId) && may(userId))
    .sort(
      (one, other) =>
        isAdministrator(other) - isAdministrator(one) || powerOf(other, room) - powerOf(one, room),
    );
};

/** Who may replace the room in its own name. */
export const replacers = (room: OldRoom, locals: Locals) =>
  doers(room, locals, (userId) => maySend(userId, TOMBSTONE, room));

/** Who may ask others in. */
export const inviters = (room: OldRoom, locals: Locals) =>
  doers(room, locals, (userId) => mayInvite(userId, room));

/** Who may keep others out. */
export const banners = (room: OldRoom, locals: Locals) =>
  doers(room, locals, (userId) => mayBan(userId, room));

/** Everybody of this server in the room who can act there. */
export const insiders = (room: OldRoom, locals: Locals) => doers(room, locals, () => true);

/** People with most power in a room: whom to ask. Creators first. */
export const mostPowerful = (room: OldRoom): readonly string[] =>
  [...room.joined].sort((one, other) => powerOf(other, room) - powerOf(one, room)).slice(0, 3);

/** Creators that keep their power in the successor: only where both versions know it. */
export const additionalCreators = (room: OldRoom, by: string, version: string): readonly string[] =>
  hasCreatorPower(room.version) && hasCreatorPower(version)
    ? [...new Set(creatorsOf(room))].filter((userId) => userId !== by && room.joined.includes(userId))
    : [];

const isRecord = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Power levels for a room that somebody else makes. Before version 12 its creator needs a level that lets it set all of
 * the state; from then on creators must not be in `users` at all.
 */
export const mappedPower = (room: OldRoom, by: string, version: string): Content => {
  const old = numericLevels(room.powerLevels?.content ?? {});
  const users = isRecord(old.users) ? old.users : {};
  if (hasCreatorPower(version)) {
    const creators = [by, ...additionalCreators(room, by, version)];
    return {
      ...old,
      users: Object.fromEntries(Object.entries(users).filter(([userId]) => !creators.includes(userId))),
    };
  }
  const events = isRecord(old.events) ? Object.keys(old.events) : [];
  const needed = ['m.room.power_levels', ...events].map((type) => neededFor(type, room));
  // From version 12 backwards a creator's power becomes the highest that others of these rooms have.
  const creators = hasCreatorPower(room.version)
    ? creatorsOf(room).filter((one) => room.joined.includes(one))
    : [];
  return {
    ...old,
    users: {
      ...users,
      ...Object.fromEntries(creators.map((userId) => [userId, 100])),
      [by]: Math.max(100, ...needed),
    },
  };
};

/** State that a successor takes over; the same as Synapse's own upgrade (handlers/room.py, clone_existing_room). */
const CARRIED: readonly string[] = [
  'm.room.name',
  'm.room.topic',
  'm.room.avatar',
  'm.room.join_rules',
  'm.room.history_visibility',
  'm.room.guest_access',
  'm.room.encryption',
  'm.room.server_acl',
];

/** The body of `POST /createRoom` for a successor that cannot be made by replacing the old room. */
export const successorRequest = (
  room: OldRoom,
  { by, version, alias }: { readonly by: string; readonly version: string; readonly alias?: string },
): Content => {
  const creators = additionalCreators(room, by, version);
  const { type } = room.create.content;
  const children = room.state.filter(
    (one) => one.type === 'm.space.child' && Object.keys(one.content).length > 0,
  );
  const carried = [
    ...CARRIED.map((name) => find(room.state, name)).filter((one) => one !== undefined),
    ...(type === 'm.space' ? children : []),
  ];
  const create = find(room.state, 'm.room.create');
  return {
    room_version: version,
    preset: joinRuleOf(room) === 'public' ? 'public_chat' : 'private_chat',
    creation_content: {
      // Rooms before version 12 name an event, too; of a room that goes on there is no last one.
      predecessor: {
        room_id: room.roomId,
        ...(!hasCreatorPower(version) && { event_id: create?.eventId ?? '' }),
      },
      ...(typeof type === 'string' && { type }),
      ...(creators.length > 0 && { additional_creators: creators }),
    },
    initial_state: [
      { type: 'm.room.power_levels', state_key: '', content: mappedPower(room, by, version) },
      ...carried.map(({ type: name, stateKey, content }) => ({ type: name, state_key: stateKey, content })),
    ],
    ...(alias !== undefined && { room_alias_name: alias }),
  };
};

/** Who is still to come over, and how. */
export interface Followers {
  /** Of this server, and in the old room: they are joined. Nobody can be with a locked account. */
  readonly join: readonly string[];
  /** Of other servers, or invited to the old room only: they are asked. */
  readonly invite: readonly string[];
  readonly ban: readonly string[];
}

/**
 * Who is in the old room and not in the new one. Into a room that everybody can join others are not asked one by one, as
 * long as the old room leads there.
 */
export const followersOf = (
  old: OldRoom,
  fresh: Pick<OldRoom, 'state'>,
  { domain, usable, leads }: Omit<Locals, 'administrators'> & { readonly leads: boolean },
): Followers => {
  const there = new Map(
    fresh.state
      .filter(({ type }) => type === 'm.room.member')
      .map(({ stateKey, content }) => [stateKey, content.membership]),
  );
  // Who has left the new one is not brought back.
  const isNew = (userId: string): boolean => !there.has(userId);
  const isLocal = (userId: string): boolean => serverOf(userId) === domain;
  const followsBySelf = leads && joinRuleOf(fresh) === 'public';
  const invitedBefore = old.invited.filter((userId) => !isLocal(userId) || usable.has(userId));
  const ask = [...old.joined.filter((userId) => !isLocal(userId)), ...invitedBefore];
  return {
    join: old.joined.filter(
      (userId) => usable.has(userId) && (isNew(userId) || there.get(userId) === 'invite'),
    ),
    invite: followsBySelf ? [] : ask.filter(isNew),
    ban: old.banned.filter(isNew),
  };
};

/** The room that a room followed. */
export const predecessorOf = ({ create }: Pick<OldRoom, 'create'>): string | undefined => {
  const { predecessor } = create.content;
  return isRecord(predecessor) && typeof predecessor.room_id === 'string' ? predecessor.room_id : undefined;
};

/** A room that says of itself that it follows another. Anybody can make one. */
export interface Claimant {
  readonly roomId: string;
  /** User id. */
  readonly creator: string;
}

/** The rooms of a list of templates/scripts/look-at-successors.sh that follow this one, in the order of the list. */
export const claimantsOf = (
  list: readonly { readonly room_id: string; readonly event: string }[],
  oldRoomId: string,
): readonly Claimant[] =>
  list.flatMap(({ room_id: roomId, event }) => {
    const { sender, content = {} } = JSON.parse(event) as { sender?: unknown; content?: Content };
    const create = { sender: textOf(sender), content };
    return predecessorOf({ create }) === oldRoomId ? [{ roomId, creator: create.sender }] : [];
  });

/** What is to be done so that the people of a room come over into its successor, and who does it. */
export interface Passage {
  readonly successor: OldRoom;
  readonly followers: Followers;
  /** User id; absent where nobody here may. */
  readonly invitesBy?: string;
  readonly bansBy?: string;
}

export const passageOf = (
  old: OldRoom,
  successor: OldRoom,
  { leads, ...locals }: Locals & { readonly leads: boolean },
): Passage => {
  const [invitesBy] = inviters(successor, locals);
  const [bansBy] = banners(successor, locals);
  return {
    successor,
    followers: followersOf(old, successor, { ...locals, leads }),
    ...(invitesBy !== undefined && { invitesBy }),
    ...(bansBy !== undefined && { bansBy }),
  };
};

/** How many would be joined, invited or banned. */
export const followerCount = ({ join, invite, ban }: Followers): number =>
  join.length + invite.length + ban.length;
