import { MODERATION_BOTS } from '../../answers/answers.ts';
import { nearest } from '../../answers/nearest.ts';
import { askOrFail } from '../../apply/admin-api.ts';
import { lookForSuccessors } from '../../apply/look-at-successors.ts';
import type { RoomOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, Refusal, UsageError } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { serverOf } from '../../federation/server-name.ts';
import { type Account, isActingAdmin, isUsable } from '../../people/accounts.ts';
import { BOT_NAMES, managementAlias } from '../../people/moderation-bot.ts';
import { powerOf, powerText } from '../../people/power.ts';
import {
  additionalCreators,
  aliasesOf,
  type Claimant,
  followerCount,
  type Locals,
  mostPowerful,
  type OldRoom,
  type Passage,
  predecessorOf,
  successorRequest,
} from '../../people/succession.ts';
import {
  believes,
  claimantLines,
  goOnLines,
  goOnQuestion,
  missedLines,
  previewLines,
  roomName,
  type Way,
  wayOf,
} from '../../people/succession-plan.ts';
import { count } from '../../text/count.ts';
import { jsonText } from '../../ui/json-text.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';
import { roomIdOf } from '../moderation/rooms.ts';
import { allAccounts, knownAccount, userIdOn } from '../user/accounts.ts';
import { type Brought, bringOver, lookOver, NOBODY_BROUGHT } from './bring-over.ts';
import { stateOf } from './state.ts';

/** A large room takes minutes. */
const LONG = 280;

/** Makes the successor of a room, or goes on with one that is there, and brings its people over. */
export const replace = (options: RoomOptions, server: Server): Promise<ExitCode> =>
  alone(server, async () => {
    const { ui } = server.context;
    const roomId = await roomIdOf(options.room, server);
    const version = await versionOf(options, server);
    const accounts = await allAccounts(server);
    const as = options.as === undefined ? undefined : actingAs(options.as, accounts, server);
    const named = await stateOf(roomId, server);
    if (named === undefined) throw outside(options, server);
    refuseManagementRoom(named, server);
    const locals = localsOf(accounts, server);
    const believed = (userId: string): boolean => believes({ ...locals, ...asked(as) }, userId);
    const room = await meant(named, { version, believed }, options, server);
    if (room === undefined) {
      ui.print(
        options.json
          ? jsonText({ room: roomId, changed: false })
          : `Nothing to do: ${options.action === 'move' ? 'the room began on this server' : `the room is of version ${version}`}.`,
      );
      return EXIT.done;
    }
    const claimants = await claimantsTo(room, named, options, server);
    const madeBeside = claimants.find(({ creator }) => believed(creator))?.roomId;
    const way = wayOf(room, {
      ...locals,
      ...asked(as),
      mayStandBeside: options.action === 'move',
      ...(madeBeside !== undefined && { madeBeside }),
    });
    if ('problem' in way) throw PROBLEMS[way.problem](options, room, server);
    const doubtful = claimants.filter(({ creator }) => !believed(creator));
    if (way.kind === 'beside') refuseSecond(way.by, doubtful);
    const leads = room.replacedBy !== undefined || way.kind === 'replace';
    const passage =
      way.kind === 'go-on' ? await lookOver(room, way.successor, { ...locals, leads }, server) : undefined;
    const alias = way.kind === 'beside' ? await freeAlias(room, server) : undefined;
    const fresh = { version, locals, ...(alias !== undefined && { alias }) };
    if (!options.json) {
      tell(room, server);
      const lines =
        way.kind === 'go-on' ? [] : [...previewLines({ room, way, ...fresh })].map((line) => `- ${line}`);
      for (const line of passage === undefined ? lines : goOnLines(room, passage)) ui.print(line);
      if (way.kind !== 'go-on') for (const line of claimantLines(doubtful)) ui.note(line);
    }
    if (options.dryRun) {
      if (options.json) ui.print(jsonText(asJson(room, way, version, undefined, NOBODY_BROUGHT, options)));
      ui.note('Dry run: nothing was changed.');
      return EXIT.done;
    }
    const question = questionOf(roomId, way, passage);
    if (question !== undefined) await agreeTo(question, options, server.context);
    const successor = way.kind === 'go-on' ? way.successor : await makeSuccessor(room, way, fresh, server);
    const brought = await bringOver(
      passage ?? (await lookOver(room, successor, { ...locals, leads }, server)),
      server,
    );
    if (options.json) ui.print(jsonText(asJson(room, way, version, successor, brought, options)));
    else tellEnd(way, successor, brought, server);
    return brought.missed.length > 0 ? EXIT.unknown : EXIT.done;
  });

/**
 * Synapse encrypts the room that follows one for invited people, and a moderation bot reads none of it (docs/decisions.md).
 * @throws UsageError
 */
const refuseManagementRoom = (room: OldRoom, { domain }: Server): void => {
  const aliases = aliasesOf(room);
  const bot = MODERATION_BOTS.find((one) => aliases.includes(managementAlias(one, domain)));
  if (bot === undefined) return;
  throw new UsageError(
    `in ${managementAlias(bot, domain)} ${BOT_NAMES[bot]} is commanded, and it would be deaf in the room that follows`,
    ['That room does not need a newer version: leave it as it is.'],
  );
};

const asked = (as: string | undefined): { readonly as?: string } => (as === undefined ? {} : { as });

/** Rooms that may be the successor of one that was not replaced; the one that was named, where that is one. */
const claimantsTo = async (
  room: OldRoom,
  named: OldRoom,
  { action }: RoomOptions,
  server: Server,
): Promise<readonly Claimant[]> => {
  if (action === 'upgrade' || room.replacedBy !== undefined) return [];
  if (named !== room) return [{ roomId: named.roomId, creator: named.create.sender }];
  return lookForSuccessors({ domain: server.domain, roomId: room.roomId }, { ...server, host: server.plain });
};

/** Whoever is no administrator and would make the room may have done so before: then there would be two. @throws UsageError */
const refuseSecond = (by: string, doubtful: readonly Claimant[]): void => {
  const [own] = doubtful.filter(({ creator }) => creator === by);
  if (own === undefined) return;
  const who = printable(by, 255);
  throw new UsageError(
    `${who} made ${printable(own.roomId, 255)}, which says that it follows this room, and would make another`,
    [
      `To go on with that one: --as '${who}'`,
      'For another room, made by somebody else: --as and that account',
    ],
  );
};

/** What is asked first; undefined where nobody would come over. */
const questionOf = (roomId: string, way: Way, passage: Passage | undefined): string | undefined => {
  const shown = printable(roomId, 255);
  if (way.kind === 'replace') return `Replace ${shown}, which closes it`;
  if (way.kind === 'beside') return `Make a room that follows ${shown}`;
  return passage === undefined || followerCount(passage.followers) === 0 ? undefined : goOnQuestion(passage);
};

const localsOf = (accounts: readonly Account[], { domain }: Server): Locals => ({
  domain,
  administrators: accounts.filter(isActingAdmin).map(({ userId }) => userId),
  usable: new Set(accounts.filter(isUsable).map(({ userId }) => userId)),
});

/** The account that was asked for. @throws UsageError */
const actingAs = (typed: string, accounts: readonly Account[], server: Server): string => {
  const account = knownAccount(userIdOn(server, typed), accounts);
  if (isUsable(account)) return account.userId;
  throw new UsageError(
    `--as: ${printable(account.userId, 255)} is ${account.deactivated ? 'deactivated' : 'locked'}: nothing can be done in its name`,
  );
};

/**
 * The room that is to get a successor. An alias leads to the successor once there is one: then the room before it is meant,
 * whose people may not all have come over. It counts when it leads to this one, or when somebody made this one who is
 * believed. Undefined where there is nothing to be done.
 */
const meant = async (
  named: OldRoom,
  { version, believed }: { readonly version: string; readonly believed: (userId: string) => boolean },
  { action }: RoomOptions,
  server: Server,
): Promise<OldRoom | undefined> => {
  if (named.replacedBy !== undefined) return named;
  const { sender: creator } = named.create;
  const isThere = action === 'upgrade' ? named.version === version : serverOf(creator) === server.domain;
  if (!isThere) return named;
  const before = predecessorOf(named);
  const old = before === undefined ? undefined : await stateOf(before, server);
  if (old?.replacedBy !== undefined) return old.replacedBy === named.roomId ? old : undefined;
  return action === 'move' && believed(creator) ? old : undefined;
};

const versionOf = async ({ version }: RoomOptions, { api }: Server): Promise<string> => {
  const body = await askOrFail(
    api,
    { method: 'GET', path: '/_matrix/client/v3/capabilities' },
    'The versions of rooms that this server knows could not be asked.',
  );
  const { 'm.room_versions': known } = (body.capabilities ?? {}) as {
    readonly 'm.room_versions'?: {
      readonly default?: string;
      readonly available?: Readonly<Record<string, string>>;
    };
  };
  const stable = Object.entries(known?.available ?? {})
    .filter(([, standing]) => standing === 'stable')
    .map(([name]) => name);
  const wanted = version ?? known?.default ?? '';
  if (stable.includes(wanted)) return wanted;
  const meant = nearest(wanted, stable);
  throw new UsageError(
    `--to: there is no version "${wanted}" of rooms on this server: ${stable.join(', ')}${meant ? `; did you mean ${meant}?` : ''}`,
  );
};

/** The canonical alias's name, where it is free on this server. */
const freeAlias = async (room: OldRoom, { api, domain }: Server): Promise<string | undefined> => {
  const [alias] = aliasesOf(room);
  if (alias === undefined) return undefined;
  const name = alias.slice(1, alias.indexOf(':'));
  const path = `/_matrix/client/v3/directory/room/${encodeURIComponent(`#${name}:${domain}`)}`;
  const [reply] = await api([{ method: 'GET', path }]);
  return reply?.status === 404 ? name : undefined;
};

interface Fresh {
  readonly version: string;
  readonly locals: Locals;
  readonly alias?: string;
}

const tell = (room: OldRoom, { context: { ui }, domain }: Server): void => {
  const local = room.joined.filter((userId) => serverOf(userId) === domain).length;
  ui.print(
    `Room: ${roomName(room)}, version ${room.version}, ${count(room.joined.length, 'member')}, ${local} of them of this server`,
  );
};

const makeSuccessor = async (
  room: OldRoom,
  way: Exclude<Way, { kind: 'go-on' }>,
  { version, alias }: Fresh,
  { api }: Server,
): Promise<string> => {
  const { by } = way;
  if (way.kind === 'beside') {
    const body = successorRequest(room, { by, version, ...(alias !== undefined && { alias }) });
    const made = await askOrFail(
      api,
      { method: 'POST', path: '/_matrix/client/v3/createRoom', body, user: by, seconds: LONG },
      'The new room could not be made.',
    );
    return String(made.room_id);
  }
  const creators = additionalCreators(room, by, version);
  const replaced = await askOrFail(
    api,
    {
      method: 'POST',
      path: `/_matrix/client/v3/rooms/${encodeURIComponent(room.roomId)}/upgrade`,
      body: { new_version: version, ...(creators.length > 0 && { additional_creators: creators }) },
      user: by,
      seconds: LONG,
    },
    'The room could not be replaced.',
  );
  return String(replaced.replacement_room);
};

const tellEnd = (
  way: Way,
  successor: string,
  { joined, invited, missed }: Brought,
  { context, domain }: Server,
): void => {
  const { ui } = context;
  const link = `https://matrix.to/#/${encodeURIComponent(successor)}?via=${domain}`;
  const nothing = way.kind === 'go-on' && joined.length + invited.length + missed.length === 0;
  if (nothing) ui.print('Nothing to do: nobody is missing there.');
  else {
    ui.print(`The new room: ${printable(successor, 255)}`);
    ui.print(`Taken along: ${joined.length}. Invited: ${invited.length}.`);
  }
  for (const line of missedLines(missed)) ui.note(line);
  if (way.kind === 'beside') ui.note(`Say it in the old room, which does not lead here: ${link}`);
};

const asJson = (
  { roomId, version: from }: OldRoom,
  way: Way,
  to: string,
  successor: string | undefined,
  { joined, invited, missed }: Brought,
  { dryRun }: RoomOptions,
) => ({
  room: roomId,
  version: from,
  to,
  way: way.kind,
  ...('by' in way && { by: way.by }),
  ...(successor !== undefined ? { successor } : way.kind === 'go-on' && { successor: way.successor }),
  joined,
  invited,
  missed,
  dryRun,
});

const SAFE = 'Nothing was changed.';

const outside = ({ room, action }: RoomOptions, { machine }: Server): Refusal =>
  new Refusal({
    code: 'MB-ROOM-OUTSIDE',
    what: `Nobody of this server is in ${printable(room, 255)}.`,
    why: 'What a room is like, and who is in it, only a server knows that is in it. Locked and deactivated accounts do not count.',
    fix: [
      'Join it with an account of this server, from a client.',
      `Then run this again: matrix-bastion room ${action} ${machine} '${printable(room, 255)}'`,
    ],
    safe: SAFE,
  });

const PROBLEMS: Readonly<
  Record<
    'nobody-here' | 'not-in-it' | 'no-power',
    (options: RoomOptions, room: OldRoom, server: Server) => Refusal | UsageError
  >
> = {
  'nobody-here': (options, _room, server) => outside(options, server),
  'not-in-it': ({ as, room }) =>
    new UsageError(`--as: ${printable(as ?? '')} is not in ${printable(room, 255)}`),
  'no-power': ({ room: typed, as }, room, { machine }) =>
    new Refusal({
      code: 'MB-ROOM-POWER',
      what: `${as === undefined ? 'Nobody of this server' : printable(as)} may replace ${printable(typed, 255)}.`,
      why: `Most power have ${mostPowerful(room)
        .map((userId) => `${printable(userId, 255)} (${powerText(powerOf(userId, room))})`)
        .join(', ')}.`,
      fix: [
        'Ask one of them to replace it, or to give an administrator of this server the power to.',
        `Or make a room here that follows it: matrix-bastion room move ${machine} '${printable(typed, 255)}' --dry-run`,
      ],
      safe: SAFE,
    }),
};
