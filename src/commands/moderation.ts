import type { CommandContext } from '../cli/context.ts';
import type { ModerationAction, ModerationOptions } from '../cli/people-options.ts';
import { connectionProblems, problemsOf } from '../cli/problems.ts';
import type { ExitCode } from '../errors.ts';
import { printable } from '../federation/printable.ts';
import { POLICY_LISTS } from '../people/policy-lists.ts';
import { readSubject } from '../people/rooms.ts';
import { onServer, type Server } from './admin/server.ts';
import { disable, enable } from './moderation/enable.ts';
import { subscribe, unsubscribe } from './moderation/lists.ts';
import { setQuarantined } from './moderation/media.ts';
import { protect, unprotect } from './moderation/protection.ts';
import { purge, setBlocked } from './moderation/rooms.ts';
import { serverProblem, setServer } from './moderation/servers.ts';
import { status } from './moderation/status.ts';

/** What runs `init`, and brings its own connection. */
const SETTING_UP = { enable, disable } as const;

type OnServer = Exclude<ModerationAction, keyof typeof SETTING_UP>;

const ACTIONS: Readonly<Record<OnServer, (options: ModerationOptions, server: Server) => Promise<ExitCode>>> =
  {
    status,
    subscribe,
    unsubscribe,
    protect,
    unprotect,
    'block-room': setBlocked(true),
    'unblock-room': setBlocked(false),
    'purge-room': purge,
    quarantine: setQuarantined(true),
    unquarantine: setQuarantined(false),
    'block-server': setServer('kept-out'),
    'unblock-server': setServer('let-in'),
  };

export const problems = (options: ModerationOptions): readonly string[] =>
  problemsOf([
    () => togetherProblems(options),
    () => subjectProblems(options),
    () => connectionProblems(options),
  ]);

/** Actions about the bot itself. */
const ABOUT_BOT: readonly ModerationAction[] = ['enable', 'disable', 'status'];

/** Flags without an effect are refused. */
const togetherProblems = ({ action, botGiven, dryRun, more }: ModerationOptions): readonly string[] => [
  ...(botGiven && action !== 'enable' ? [`--bot has no meaning with ${action}`] : []),
  ...(more.length > 0 && !/protect$/.test(action)
    ? [`${action} takes no more than one: "${printable(more.join(' '))}"`]
    : []),
  ...(dryRun && action === 'status' ? ['--dry-run has no meaning with status'] : []),
];

const subjectProblems = ({ action, subject, more }: ModerationOptions): readonly string[] => {
  if (ABOUT_BOT.includes(action))
    return subject === undefined ? [] : [`${action} takes no room: "${printable(subject)}"`];
  if (subject === undefined) return [`${action} needs ${wantedBy(action)}`];
  if (/-server$/.test(action)) {
    const problem = serverProblem(subject);
    return problem === undefined ? [] : [problem];
  }
  const kind = readSubject(subject)?.kind;
  if (/protect$/.test(action)) return [subject, ...more].flatMap(noRoom);
  if (kind === 'room' || kind === 'alias') return [];
  if (/quarantine$/.test(action))
    return kind === undefined
      ? [
          `"${printable(subject)}" is no room (!id, #alias:server), account (@user:server) or medium (mxc://server/id)`,
        ]
      : [];
  return noRoom(subject);
};

const noRoom = (typed: string): readonly string[] => {
  const kind = readSubject(typed)?.kind;
  return kind === 'room' || kind === 'alias'
    ? []
    : [`"${printable(typed)}" is no room: !id or #alias:server`];
};

/** What is missing, for a person who left it away. */
const wantedBy = (action: ModerationAction): string => {
  if (/subscribe$/.test(action))
    return `a policy list: ${POLICY_LISTS.map(({ alias, covers }) => `${alias} (${covers})`).join('; ')}; or any other`;
  if (/-server$/.test(action)) return 'the name of a server';
  return /quarantine$/.test(action)
    ? 'a room (!id, #alias:server), account (@user:server) or medium (mxc://server/id)'
    : `a room: !id or #alias:server${/protect$/.test(action) ? '; or several' : ''}`;
};

/** Sets up a moderation bot and tells it what to watch; acts on rooms and media, and keeps servers out of rooms. */
export const run = (options: ModerationOptions, context: CommandContext): Promise<ExitCode> => {
  const { action } = options;
  return action === 'enable' || action === 'disable'
    ? SETTING_UP[action](options, context)
    : onServer('moderation', options, context, (server) => ACTIONS[action](options, server));
};
