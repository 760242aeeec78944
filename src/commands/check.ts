import type { CommandContext } from '../cli/context.ts';
import type { CheckOptions } from '../cli/options.ts';
import { caFileProblems, problemsOf } from '../cli/problems.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { checkFederation } from '../federation/check.ts';
import { parseServerName } from '../federation/server-name.ts';
import { renderFindings } from '../ui/findings.ts';

/** Peers wait 10 s for keys: a little more tells slow from silent. */
const TIMEOUT_MS = 20_000;

const CODES = { green: EXIT.done, red: EXIT.failed, unknown: EXIT.unknown } as const;
const WORDS = {
  green: 'other servers can federate with it',
  red: 'other servers cannot federate with it, or not all can',
  unknown: 'nothing could be seen from here',
} as const;

export const problems = (options: CheckOptions): readonly string[] => {
  const name = parseServerName(options.serverName);
  return [
    ...('invalid' in name
      ? [`server_name: "${options.serverName}" is not a server name: ${name.invalid}`]
      : []),
    ...problemsOf([() => caFileProblems(options.caFile)]),
  ];
};

/** Checks the federation of a homeserver from this machine and prints what was found. */
export async function run(options: CheckOptions, { ui, signal }: CommandContext): Promise<ExitCode> {
  const { verdict } = await checkFederation(options.serverName, {
    ...(options.dns.length > 0 && { dns: options.dns }),
    ...(options.caFile !== undefined && { caFile: options.caFile }),
    ...(options.only !== undefined && { only: options.only }),
    ...(options.privateNetworks.length > 0 && { privateNetworks: options.privateNetworks }),
    timeout: options.timeout ?? TIMEOUT_MS,
    vantage: 'operator',
    signal,
  });
  const headline = `${options.serverName}: ${verdict.verdict}, ${WORDS[verdict.verdict]}`;
  ui.print(renderFindings(headline, verdict.summary, verdict.findings));
  return CODES[verdict.verdict];
}
