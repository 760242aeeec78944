import type { ModerationBot } from '../answers/answers.ts';

/** Account of a moderation bot. */
export const botUserId = (bot: ModerationBot, domain: string): string => `@${bot}:${domain}`;

/** Localpart of the alias of its management room. By an alias, so that it follows a room that is upgraded. */
export const managementLocalpart = (bot: ModerationBot): string => `${bot}-management`;

export const managementAlias = (bot: ModerationBot, domain: string): string =>
  `#${managementLocalpart(bot)}:${domain}`;

/** How a person calls it. */
export const BOT_NAMES: Readonly<Record<ModerationBot, string>> = {
  draupnir: 'Draupnir',
  mjolnir: 'Mjolnir',
};

/** The bot's account and its room are made, for this administrator. */
export const madeMark = (userId: string, manager: string): string => `made ${userId} for ${manager}`;

/**
 * Account data of the bot's account in which both bots keep what they were told, and which they read when they start
 * (Draupnir 3.1.0, MjolnirWatchedListsEvent.ts, MjolnirProtectedRoomsEvent.ts, MjolnirEnabledProtectionsEvent.ts; Mjolnir
 * 1.12.1, PolicyList.ts, ProtectedRoomsConfig.ts, ProtectionManager.ts).
 */
export const BOT_DATA = {
  watchedLists: 'org.matrix.mjolnir.watched_lists',
  protectedRooms: 'org.matrix.mjolnir.protected_rooms',
  enabledProtections: 'org.matrix.mjolnir.enabled_protections',
} as const;

/** The ids of the rooms in what a bot keeps of the rooms that it protects: all that both read in it. */
export const roomsIn = ({ rooms }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(rooms) ? rooms.filter((one): one is string => typeof one === 'string') : [];

/** As somebody types it who wants a room protected; the room is left to them. @param target the machine */
export const protectCommand = (target: string): string =>
  `matrix-bastion moderation protect ${target} '#room:domain'`;

/**
 * What makes Draupnir answer Synapse's question about an invitation (BlockInvitationsOnServerProtection.tsx); Mjolnir always
 * answers. Its own defaults are added when it starts, because no version of the schema is named.
 */
export const INVITATION_PROTECTION = 'BlockInvitationsOnServerProtection';

/**
 * What is said to the bot in its room so that it keeps a server out of the rooms that it protects, or lets it in again. LIST is
 * the short name of a policy list of its own (Draupnir 3.1.0, commands/Ban.tsx and unban/Unban.tsx, which looks through all
 * lists by itself; Mjolnir 1.12.1, commands/UnbanBanCommand.ts).
 */
export const banCommand = (bot: ModerationBot, server: string, wanted: 'kept-out' | 'let-in'): string =>
  ({
    draupnir: {
      'kept-out': `!draupnir ban ${server} LIST spam`,
      'let-in': `!draupnir unban ${server}`,
    },
    mjolnir: {
      'kept-out': `!mjolnir ban LIST server ${server} spam`,
      'let-in': `!mjolnir unban LIST server ${server}`,
    },
  })[bot][wanted];
