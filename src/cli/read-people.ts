import type { ModerationBot } from '../answers/answers.ts';
import { nearest } from '../answers/nearest.ts';
import { moderation } from '../answers/questions/moderation.ts';
import { Flags, present, type RawCommand, type ReadOptions, readConnection } from './flags.ts';
import type { InitOptions } from './options.ts';
import {
  INVITE_ACTIONS,
  type InviteOptions,
  MODERATION_ACTIONS,
  type ModerationOptions,
  USER_ACTIONS,
  type UserOptions,
} from './people-options.ts';
import { type Read, readCount, readPath } from './values.ts';

/** More accounts than anybody invites with one token, and more tokens than anybody makes at once. */
const USES_LIMIT = 10_000;
const COUNT_LIMIT = 500;

const DAY_MS = 24 * 3_600_000;
const LONGEST_DAYS = 365;

export function readUser(raw: RawCommand): ReadOptions<UserOptions> {
  const { flags, action, common, problems } = readOnServer(raw, USER_ACTIONS);
  const options: UserOptions = {
    ...common,
    action,
    ...present('name', raw.arguments[2]),
    admin: flags.is('admin'),
    ...present('passwordFile', flags.one('passwordFile', readPath)),
    logoutDevices: flags.is('logoutDevices'),
  };
  return { options, problems: [...problems, ...flags.problems] };
}

export function readInvite(raw: RawCommand): ReadOptions<InviteOptions> {
  const { flags, action, common, problems } = readOnServer(raw, INVITE_ACTIONS);
  const options: InviteOptions = {
    ...common,
    action,
    ...present('token', raw.arguments[2]),
    ...present('uses', flags.one('uses', readUses)),
    ...present('expires', flags.one('expires', readExpiry)),
    ...present('count', flags.one('count', readCount(COUNT_LIMIT))),
  };
  return { options, problems: [...problems, ...flags.problems] };
}

/** @param readInit reads the same flags for `init`, which is what setting a bot up is. */
export function readModeration(
  raw: RawCommand,
  readInit: (raw: RawCommand) => ReadOptions<InitOptions>,
): ReadOptions<ModerationOptions> {
  const { flags, action, common, problems } = readOnServer(raw, MODERATION_ACTIONS);
  const options: ModerationOptions = {
    ...common,
    action,
    ...present('subject', raw.arguments[2]),
    bot: flags.one('bot', readBot) ?? 'draupnir',
    botGiven: raw.flags.bot !== undefined,
    init: readInit({ ...raw, arguments: raw.arguments.slice(1, 2) }).options,
    dryRun: flags.is('dryRun'),
  };
  const noSuch = raw.arguments[0] === 'block-server' ? [NO_DENY_LIST] : problems;
  return { options, problems: [...noSuch, ...flags.problems] };
}

/** Synapse manual, `federation_domain_whitelist`: there is a list of who is let in, and none of who is kept out. */
const NO_DENY_LIST =
  'Synapse has no list of servers to be kept out: name those to talk to (init --federation allowlist), or keep a server out of a room by the room’s own m.room.server_acl';

/** What the commands for a running server have in common: `<action> <user@host> […]`. */
function readOnServer<Action extends string>(raw: RawCommand, actions: readonly [Action, ...Action[]]) {
  const flags = new Flags(raw.flags);
  const [typed = '', target = ''] = raw.arguments;
  const action = actions.find((one) => one === typed);
  const meant = nearest(typed, actions);
  const problem = `"${typed}" is not one of ${actions.join(', ')}${meant ? `; did you mean ${meant}?` : ''}`;
  return {
    flags,
    action: action ?? actions[0],
    common: {
      ...readConnection({ ...raw, arguments: [target] }, flags),
      target,
      json: flags.is('json'),
      yes: flags.is('yes'),
      nonInteractive: flags.is('nonInteractive'),
      plain: flags.is('plain'),
    },
    problems: action === undefined ? [problem] : [],
  };
}

function readBot(text: string): Read<ModerationBot> {
  const read = moderation.parse(text, { known: {} });
  if (!read.ok) return { problem: read.problem.replace(/^"[^"]*" /, '') };
  return read.value === 'none'
    ? { problem: 'is no bot: moderation disable takes one away' }
    : { value: read.value };
}

function readUses(text: string): Read<number | 'unlimited'> {
  if (text.trim().toLowerCase() === 'unlimited') return { value: 'unlimited' };
  const count = readCount(USES_LIMIT)(text);
  return 'value' in count ? count : { problem: `${count.problem}, or unlimited` };
}

/** `12h`, `7d`, `2w` or `never`. Milliseconds. */
function readExpiry(text: string): Read<number | 'never'> {
  const given = text.trim().toLowerCase();
  if (given === 'never') return { value: 'never' };
  const [, number, unit] = /^(\d+)\s*(m|h|d|w)$/.exec(given) ?? [];
  const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS };
  const ms = Number(number) * (units[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0)) return { problem: 'is not a duration such as 12h, 7d or 2w, nor never' };
  return ms <= LONGEST_DAYS * DAY_MS
    ? { value: ms }
    : { problem: `is longer than ${LONGEST_DAYS}d; never means without an end` };
}
