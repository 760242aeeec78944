import type { CommandContext } from '../cli/context.ts';
import type { WellKnownOptions } from '../cli/options.ts';
import { caFileProblems, problemsOf } from '../cli/problems.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { checkFederation } from '../federation/check.ts';
import { type Instruction, publishing } from '../federation/publishing.ts';
import { wellKnownFiles } from '../federation/wellknown.ts';
import { knownAnswers } from './known-answers.ts';
import { differences } from './well-known/differences.ts';
import { untilPublished } from './well-known/wait.ts';

/** Milliseconds for one look. */
const TIMEOUT_MS = 10_000;

export const problems = (options: WellKnownOptions): readonly string[] =>
  problemsOf([() => caFileProblems(options.caFile)]);

/**
 * Prints the well-known files of a server and where they go, or says whether the published ones are these.
 * The answers of `init` fill in what is not given.
 */
export async function run(options: WellKnownOptions, context: CommandContext): Promise<ExitCode> {
  const { ui, env, signal } = context;
  const { domain } = options;
  const known = await knownAnswers(domain, env);
  const matrixHost = options.host ?? known.matrixHost ?? `matrix.${domain}`;
  const files = wellKnownFiles({
    domain,
    matrixHost,
    ...(known.admin !== undefined && { admin: known.admin }),
    ...(known.email !== undefined && { email: known.email }),
  });
  const look = async (): Promise<readonly string[]> => {
    const { evidence } = await checkFederation(domain, {
      ...(options.dns.length > 0 && { dns: options.dns }),
      ...(options.caFile !== undefined && { caFile: options.caFile }),
      ...(known.federationCa !== undefined && { extraCa: known.federationCa }),
      ...(known.federateWith !== undefined && { privateNetworks: known.federateWith }),
      timeout: options.timeout ?? TIMEOUT_MS,
      vantage: 'operator',
      signal,
    });
    return differences(evidence, files);
  };
  if (!options.check && options.wait === undefined) {
    ui.print(instructionsText(publishing(options.publisher, files, domain)));
    return EXIT.done;
  }
  const wrong =
    options.wait === undefined ? await look() : await untilPublished(look, options.wait, ui, signal);
  if (wrong.length === 0) {
    ui.print(`${domain} publishes its well-known files as they ought to be.`);
    return EXIT.done;
  }
  ui.print([...wrong, '', `What to publish: matrix-bastion well-known ${domain} --for nginx`].join('\n'));
  return EXIT.failed;
}

function instructionsText(instructions: readonly Instruction[]): string {
  return instructions
    .map(({ what, lines }) => (lines ? [`${what}:`, ...lines.map((line) => `    ${line}`)].join('\n') : what))
    .join('\n\n');
}
