import { flagName } from '../../answers/question.ts';
import { type AnswerInputs, refuseProblems, requireComplete, resolveAnswers } from '../../answers/resolve.ts';
import { newLogPath } from '../../answers/store.ts';
import type { CommandContext } from '../../cli/context.ts';
import { gatherInputs } from '../../cli/inputs.ts';
import type { InitOptions } from '../../cli/options.ts';
import type { Host, Target } from '../../host/host.ts';
import { parseTarget } from '../../host/target.ts';
import type { RunLog } from '../../ui/log.ts';
import { reachWith, readSecrets } from './reach.ts';

export interface Connection {
  readonly host: Host;
  readonly target: Target;
  readonly inputs: AnswerInputs;
  readonly log: RunLog;
  /** Connects to another machine with the same keys and passwords. */
  reach(target: Target, hostKey: string | undefined): Promise<Host>;
}

interface ConnectionOptions {
  /** For the log's name. */
  readonly command?: string;
  /** Begun when the machine is being connected to, and not waited for. */
  readonly whileConnecting?: () => unknown;
}

/**
 * Said before the machine is asked: what only an earlier run can have left there. A script that lacks both an answer and
 * the host's key learns of both at once.
 */
export const noteUnsaid = (options: InitOptions, context: CommandContext): void => {
  if (context.interactive || options.target === undefined) return;
  const { missing } = resolveAnswers(gatherInputs(options, context.env));
  const flags = missing.filter((question) => question.default === undefined).map(flagName);
  if (flags.length > 0)
    context.ui.note(`${flags.join(', ')}: not given; the machine has to know it from an earlier run.`);
};

/** Everything that can be wrong about the command line is said before the machine is touched. */
export const openConnection = async (
  options: InitOptions,
  context: CommandContext,
  { command = 'init', whileConnecting }: ConnectionOptions = {},
): Promise<Connection> => {
  const inputs = gatherInputs(options, context.env);
  const early = resolveAnswers(inputs);
  refuseProblems(early);
  const text = options.target;
  if (text === undefined) {
    // What has a default gets it from the machine: it is not missing yet.
    const missing = early.missing.filter((question) => question.default === undefined);
    requireComplete({ ...early, missing }, [
      '[user@host]: the machine to set up, for example root@203.0.113.7',
    ]);
    throw new Error('a missing target was let through');
  }
  const target = parseTarget(text);
  const given = readSecrets(options, context);
  const domain = early.values.domain;
  const log = context.startLog(
    await newLogPath({ command, ...(domain === undefined ? {} : { domain }) }, { env: context.env }),
  );
  const reach = reachWith(options, given, log, context);
  const host = await reach(target, options.hostKey, whileConnecting);
  return { host, target, inputs, log, reach };
};
