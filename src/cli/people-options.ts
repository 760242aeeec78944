import type { FederationMode, ModerationBot } from '../answers/answers.ts';
import type { ConnectOptions, InitOptions } from './options.ts';

/** What is done with accounts, in the order of the help. */
export const USER_ACTIONS = [
  'add',
  'list',
  'reset-password',
  'deactivate',
  'reactivate',
  'lock',
  'unlock',
] as const;
export type UserAction = (typeof USER_ACTIONS)[number];

export const INVITE_ACTIONS = ['create', 'list', 'revoke'] as const;
export type InviteAction = (typeof INVITE_ACTIONS)[number];

export const MODERATION_ACTIONS = [
  'enable',
  'disable',
  'status',
  'subscribe',
  'unsubscribe',
  'protect',
  'unprotect',
  'block-room',
  'unblock-room',
  'purge-room',
  'quarantine',
  'unquarantine',
  'block-server',
  'unblock-server',
] as const;
export type ModerationAction = (typeof MODERATION_ACTIONS)[number];

interface OnServer extends ConnectOptions {
  readonly target: string;
  /** The result as JSON on stdout. */
  readonly json: boolean;
  /** Agree to what cannot be taken back as it was. */
  readonly yes: boolean;
  readonly nonInteractive: boolean;
  readonly plain: boolean;
}

/** `user`: accounts of a server. */
export interface UserOptions extends OnServer {
  readonly action: UserAction;
  /** As typed; absent with `list`. */
  readonly name?: string;
  /** An administrator's account. */
  readonly admin: boolean;
  /** File with the new password; absent: one is made. */
  readonly passwordFile?: string;
  /** Log every device out as well. */
  readonly logoutDevices: boolean;
}

/** `invite`: registration tokens. */
export interface InviteOptions extends OnServer {
  readonly action: InviteAction;
  /** Of `revoke`: a token or how it begins. */
  readonly token?: string;
  /** Accounts that a token makes; absent: one. */
  readonly uses?: number | 'unlimited';
  /** Milliseconds from now; absent: seven days. */
  readonly expires?: number | 'never';
  /** How many tokens; absent: one. */
  readonly count?: number;
}

/** `moderation`: a bot, rooms and media on this server, and other servers. */
export interface ModerationOptions extends OnServer {
  readonly action: ModerationAction;
  /**
   * As typed: a room's id or alias; of `quarantine` also a user id or the address of a medium (mxc://…); of `block-server`
   * a server's name. Absent with what is about the bot itself.
   */
  readonly subject?: string;
  /** As typed, after the subject: more rooms of `protect` and `unprotect`. */
  readonly more: readonly string[];
  /** The bot of `enable`. */
  readonly bot: ModerationBot;
  /** Whether somebody named one. */
  readonly botGiven: boolean;
  /** What `enable` and `disable` run: `init`, with one answer more. */
  readonly init: InitOptions;
  readonly dryRun: boolean;
}

export const ROOM_ACTIONS = ['upgrade', 'move'] as const;
export type RoomAction = (typeof ROOM_ACTIONS)[number];

/** `room`: a room with a successor. */
export interface RoomOptions extends OnServer {
  readonly action: RoomAction;
  /** As typed: its id or an alias. */
  readonly room: string;
  /** Of the successor; absent: the server's own default. */
  readonly version?: string;
  /** The local account in whose name it is done, as typed; absent: one that may. */
  readonly as?: string;
  readonly dryRun: boolean;
}

/** `disk`: what takes the space. */
export interface DiskOptions extends OnServer {
  /** Milliseconds: copies of other servers' media that nobody has looked at for longer go. */
  readonly purgeOlder?: number;
  readonly dryRun: boolean;
}

/** `federation`: whom the server talks to. */
export interface FederationOptions extends OnServer {
  /** What a change runs: `init`, with one answer more. */
  readonly init: InitOptions;
  /** Absent: shown. */
  readonly mode?: FederationMode;
  /** Server names, as typed; of `allowlist` alone. */
  readonly servers: readonly string[];
  readonly dryRun: boolean;
}
