import type { ModerationBot } from '../answers/answers.ts';
import { nearest } from '../answers/nearest.ts';
import { federation } from '../answers/questions/federation.ts';
import { moderation } from '../answers/questions/moderation.ts';
import { Flags, present, type RawCommand, type ReadOptions, readConnection } from './flags.ts';
import type { InitOptions } from './options.ts';
import {
  type DiskOptions,
  type FederationOptions,
  INVITE_ACTIONS,
  type InviteOptions,
  MODERATION_ACTIONS,
  type ModerationOptions,
  ROOM_ACTIONS,
  type RoomOptions,
  USER_ACTIONS,
  type UserOptions,
} from './people-options.ts';
import { type Read, readCount, readLine, readPath } from './values.ts';

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
    more: raw.arguments.slice(3),
    bot: flags.one('bot', readBot) ?? 'draupnir',
    botGiven: raw.flags.bot !== undefined,
    init: readInit({ ...raw, arguments: raw.arguments.slice(1, 2) }).options,
    dryRun: flags.is('dryRun'),
  };
  return { options, problems: [...problems, ...flags.problems] };
}

export function readRoom(raw: RawCommand): ReadOptions<RoomOptions> {
  const { flags, action, common, problems } = readOnServer(raw, ROOM_ACTIONS);
  const options: RoomOptions = {
    ...common,
    action,
    room: raw.arguments[2] ?? '',
    ...present('version', flags.one('to', readRoomVersion)),
    ...present('as', flags.one('as', readLine)),
    dryRun: flags.is('dryRun'),
  };
  return { options, problems: [...problems, ...flags.problems] };
}

export function readDisk(raw: RawCommand): ReadOptions<DiskOptions> {
  const flags = new Flags(raw.flags);
  const options: DiskOptions = {
    ...readCommon(raw, raw.arguments[0] ?? '', flags),
    ...present('purgeOlder', flags.one('purgeRemoteMediaOlder', readAge)),
    dryRun: flags.is('dryRun'),
  };
  return { options, problems: flags.problems };
}

/** @param readInit reads the same flags for `init`, which is what a change is. */
export function readFederation(
  raw: RawCommand,
  readInit: (raw: RawCommand) => ReadOptions<InitOptions>,
): ReadOptions<FederationOptions> {
  const flags = new Flags(raw.flags);
  const [target = '', mode, ...servers] = raw.arguments;
  const init = readInit({ ...raw, arguments: [target] });
  const read = mode === undefined ? undefined : federation.parse(mode, { known: {} });
  const options: FederationOptions = {
    ...readCommon(raw, target, flags),
    ...(read?.ok && { mode: read.value }),
    servers,
    init: init.options,
    dryRun: flags.is('dryRun'),
  };
  const problems = read === undefined || read.ok ? [] : [read.problem];
  return { options, problems: [...problems, ...init.problems] };
}

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
    common: readCommon(raw, target, flags),
    problems: action === undefined ? [problem] : [],
  };
}

function readCommon(raw: RawCommand, target: string, flags: Flags) {
  return {
    ...readConnection({ ...raw, arguments: [target] }, flags),
    target,
    json: flags.is('json'),
    yes: flags.is('yes'),
    nonInteractive: flags.is('nonInteractive'),
    plain: flags.is('plain'),
  };
}

/** Matrix specification, "Room versions": an opaque name of at most 32 characters. */
function readRoomVersion(text: string): Read<string> {
  return /^[A-Za-z0-9.-]{1,32}$/.test(text)
    ? { value: text }
    : { problem: 'is not a version of rooms such as 12' };
}

/** `1d`, `30d`, `2w`. Milliseconds; a day at least. */
function readAge(text: string): Read<number> {
  const [, number, unit] = /^(\d+)\s*(d|w)$/.exec(text.trim().toLowerCase()) ?? [];
  const days = Number(number) * (unit === 'w' ? 7 : 1);
  return days >= 1 && days <= 10 * LONGEST_DAYS
    ? { value: days * DAY_MS }
    : { problem: 'is not a number of days or weeks such as 30d or 2w' };
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
