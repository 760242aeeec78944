import type { ModerationBot } from '../answers/answers.ts';
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
  'block-room',
  'unblock-room',
  'purge-room',
  'quarantine',
  'unquarantine',
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

/** `moderation`: a bot, and rooms and media on this server. */
export interface ModerationOptions extends OnServer {
  readonly action: ModerationAction;
  /** As typed: a room's id or alias; of `quarantine` also a user id or the address of a medium (mxc://…). Absent with what is about the bot itself. */
  readonly subject?: string;
  /** The bot of `enable`. */
  readonly bot: ModerationBot;
  /** Whether somebody named one. */
  readonly botGiven: boolean;
  /** What `enable` and `disable` run: `init`, with one answer more. */
  readonly init: InitOptions;
  readonly dryRun: boolean;
}
