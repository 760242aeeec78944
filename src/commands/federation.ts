import { federationAllow } from '../answers/questions/federation-allow.ts';
import { loadScripts } from '../apply/load-scripts.ts';
import { lookAtCutOff } from '../apply/look-at-cut-off.ts';
import type { CommandContext } from '../cli/context.ts';
import type { InitOptions } from '../cli/options.ts';
import type { FederationOptions } from '../cli/people-options.ts';
import { caFileProblems, connectionProblems, problemsOf } from '../cli/problems.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import {
  type CutOff,
  cutOffJson,
  cutOffLines,
  isNarrower,
  type Openness,
  opennessText,
  sharedRoomLines,
  talkedTo,
} from '../people/cut-off.ts';
import { count } from '../text/count.ts';
import { jsonText } from '../ui/json-text.ts';
import { absent, onServer, type Server } from './admin/server.ts';
import { opennessNow } from './init/openness.ts';
import { type Found, initOverServer } from './init/over-server.ts';

export const problems = (options: FederationOptions): readonly string[] =>
  problemsOf([
    () => togetherProblems(options),
    () => connectionProblems(options),
    () => caFileProblems(options.init.caFile),
  ]);

/** Flags and words without an effect are refused. */
const togetherProblems = ({ mode, servers, json, dryRun }: FederationOptions): readonly string[] => {
  const names = mode === 'allowlist' ? federationAllow.parse(servers.join(','), { known: {} }) : undefined;
  return [
    ...(json && mode !== undefined ? ['--json has no meaning with a mode; init --json tells a run'] : []),
    ...(dryRun && mode === undefined ? ['--dry-run has no meaning without a mode'] : []),
    ...(mode !== undefined && mode !== 'allowlist' && servers.length > 0
      ? [`${mode} takes no servers: ${servers.join(' ')}`]
      : []),
    ...(names?.ok === false ? [`allowlist: ${names.problem}`] : []),
  ];
};

/** Shows whom a server talks to, or changes it: then it is `init` with that answer alone. */
export const run = (options: FederationOptions, context: CommandContext): Promise<ExitCode> =>
  options.mode === undefined
    ? onServer('federation', options, context, (server) => show(options, server))
    : change({ ...options, mode: options.mode }, context);

const cutOffOf = (
  { domain, facts, scripts, signal }: Pick<Server, 'domain' | 'facts' | 'scripts' | 'signal'>,
  plain: Server['host'],
  before: Openness,
  after: Openness,
): Promise<CutOff | undefined> =>
  lookAtCutOff(
    { domain, before: talkedTo(before), after: talkedTo(after) ?? [] },
    { host: plain, scripts, signal, facts },
  );

const NOBODY: Openness = { mode: 'closed', allowed: [] };

const show = async (options: FederationOptions, server: Server): Promise<ExitCode> => {
  const { ui } = server.context;
  const now = opennessNow(server.facts) ?? { mode: 'open', allowed: [] };
  const shared = await cutOffOf(server, server.plain, now, NOBODY);
  if (options.json) {
    const { mode, allowed } = now;
    ui.print(
      jsonText({ server: server.domain, mode, allowed, ...(shared && { shared: cutOffJson(shared) }) }),
    );
    return shared === undefined ? EXIT.unknown : EXIT.done;
  }
  ui.print(`Federation of ${server.domain} is ${opennessText(now)}.`);
  if (shared === undefined) {
    ui.note('Which rooms are shared with other servers could not be seen: the database did not answer.');
    return EXIT.unknown;
  }
  if (shared.rooms === 0) ui.print('No room is shared with another server.');
  else {
    const { servers, largest } = shared;
    const names = largest.map(({ server: name, rooms }) => `${name} (${rooms})`).join(', ');
    const more = servers - largest.length;
    ui.print(
      `Rooms shared with ${count(servers, 'other server')}: ${names}${more > 0 ? ` and ${more} more` : ''}`,
    );
    for (const line of sharedRoomLines(shared)) ui.print(line);
  }
  if (now.mode !== 'closed')
    ui.note(`What would closing it break? matrix-bastion federation ${server.machine} closed --dry-run`);
  return EXIT.done;
};

interface Change extends FederationOptions {
  readonly mode: NonNullable<FederationOptions['mode']>;
}

/** `init` with that answer alone. */
const asInit = ({ init, mode, servers }: Change): InitOptions => ({
  ...init,
  answers: { federation: mode, ...(mode === 'allowlist' && { federationAllow: servers }) },
});

const change = (options: Change, context: CommandContext): Promise<ExitCode> =>
  initOverServer(
    asInit(options),
    {
      command: 'federation',
      target: options.target,
      before: (found) => agreedWithoutTerminal(options, found, context),
    },
    context,
  );

/** Where nobody can be asked, what is cut off has to be agreed to by --yes. @throws UsageError */
const agreedWithoutTerminal = async (
  options: Change,
  { connection, facts, domain }: Found,
  context: CommandContext,
): Promise<void> => {
  const before = opennessNow(facts);
  if (before === undefined) throw absent(connection.host.name, options.target);
  if (context.interactive || options.yes || options.dryRun) return;
  const after = wanted(options);
  if (!isNarrower(talkedTo(before), talkedTo(after))) return;
  const server = { domain, facts, scripts: loadScripts(), signal: context.signal };
  const seen = await cutOffOf(server, connection.host, before, after);
  for (const line of cutOffLines(after, seen)) context.ui.note(line);
  throw new UsageError(`without a terminal this needs --yes: Federation ${opennessText(after)}`);
};

const wanted = ({ mode, servers }: Change): Openness => {
  const names = federationAllow.parse(servers.join(','), { known: {} });
  return { mode, allowed: mode === 'allowlist' && names.ok ? names.value : [] };
};
