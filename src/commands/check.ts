import type { CommandContext } from '../cli/context.ts';
import type { CheckOptions } from '../cli/options.ts';
import { caFileProblems, problemsOf } from '../cli/problems.ts';
import { readTextFile } from '../cli/secret-file.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { checkFederation, type FederationCheck } from '../federation/check.ts';
import { judge } from '../federation/judge.ts';
import { parseServerName } from '../federation/server-name.ts';
import { evidenceProblems, readEvidence, writeEvidence } from './check/evidence-file.ts';
import { checkJson } from './check/json.ts';
import { readNames } from './check/names.ts';
import { report } from './check/report.ts';
import { summaryLine } from './check/summary.ts';
import { untilGreen } from './check/watch.ts';

/** Milliseconds. Peers wait 10 s for keys: a little more tells slow from silent. */
const TIMEOUT_MS = 20_000;

/** Checks at the same time: each has up to a dozen connections of its own. */
const AT_ONCE = 4;

const CODES = { green: EXIT.done, red: EXIT.failed, unknown: EXIT.unknown } as const;

export const problems = (options: CheckOptions): readonly string[] => {
  const { serverNames, notary } = options;
  const names = [...serverNames, ...(notary === undefined ? [] : [notary])];
  return [
    ...names.flatMap((text) => {
      const name = parseServerName(text);
      return 'invalid' in name ? [`server_name: "${text}" is not a server name: ${name.invalid}`] : [];
    }),
    ...conflicts(options),
    ...(options.evidenceFile === undefined ? [] : evidenceProblems(options.evidenceFile)),
    ...unreadable('--from-file', options.namesFile),
    ...unreadable('--from', options.judgeFile),
    ...problemsOf([() => caFileProblems(options.caFile)]),
  ];
};

function unreadable(flag: string, file: string | undefined): string[] {
  if (file === undefined) return [];
  return problemsOf([
    () => {
      readTextFile(flag, file);
      return [];
    },
  ]);
}

function conflicts(options: CheckOptions): string[] {
  const { serverNames, namesFile, evidenceFile, judgeFile, watch } = options;
  const several = serverNames.length > 1 || namesFile !== undefined;
  const named = several || serverNames.length === 1;
  return [
    ...(!named && judgeFile === undefined
      ? ['server_name: name the server to check, for example example.org']
      : []),
    ...(named && judgeFile !== undefined ? ['--from: the file says which server it is about'] : []),
    ...(several && evidenceFile !== undefined ? ['--evidence: holds one server; name one'] : []),
    ...(several && watch !== undefined ? ['--watch: watches one server; name one'] : []),
    ...(judgeFile !== undefined && watch !== undefined
      ? ['--watch: a file does not change; drop --from']
      : []),
    ...(judgeFile !== undefined && evidenceFile !== undefined ? ['--evidence: is what --from reads'] : []),
  ];
}

/** Checks the federation of homeservers from this machine, or judges what was seen before, and prints it. */
export async function run(options: CheckOptions, context: CommandContext): Promise<ExitCode> {
  const { ui, signal } = context;
  if (options.judgeFile !== undefined) {
    const evidence = readEvidence(options.judgeFile);
    return show(options, context, { evidence, verdict: judge(evidence, options.profile) });
  }
  const names = readNames(options.serverNames, options.namesFile);
  const [name] = names;
  if (name === undefined) throw new UsageError(`--from-file: ${options.namesFile} names no server`);
  if (names.length > 1) return several(names, options, context);
  const look = () => checkOne(name, options, signal);
  const check =
    options.watch === undefined ? await look() : await untilGreen(look, options.watch, ui, signal);
  if (options.evidenceFile !== undefined) {
    writeEvidence(options.evidenceFile, check.evidence);
    ui.note(
      `what was seen is in ${options.evidenceFile}: matrix-bastion check --from ${options.evidenceFile}`,
    );
  }
  return show(options, context, check);
}

function checkOne(name: string, options: CheckOptions, signal: AbortSignal): Promise<FederationCheck> {
  return checkFederation(name, {
    ...(options.dns.length > 0 && { dns: options.dns }),
    ...(options.caFile !== undefined && { caFile: options.caFile }),
    ...(options.only !== undefined && { only: options.only }),
    ...(options.privateNetworks.length > 0 && { privateNetworks: options.privateNetworks }),
    ...(options.notary !== undefined && { notary: options.notary }),
    ...(options.publicTester && { publicTester: true }),
    profile: options.profile,
    timeout: options.timeout ?? TIMEOUT_MS,
    vantage: 'operator',
    signal,
  });
}

function show(options: CheckOptions, { ui }: CommandContext, check: FederationCheck): ExitCode {
  if (options.json) ui.print(checkJson(check));
  else ui.report(report(check, options.verbose));
  return CODES[check.verdict.verdict];
}

/** A line for each in the order given, as soon as it and those before it are known; red outweighs unknown. */
async function several(
  names: readonly string[],
  options: CheckOptions,
  { ui, signal }: CommandContext,
): Promise<ExitCode> {
  const verdicts: FederationCheck['verdict']['verdict'][] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const part = names.slice(from, from + AT_ONCE);
    const checks = await Promise.all(part.map((name) => checkOne(name, options, signal)));
    for (const check of checks) {
      ui.print(options.json ? checkJson(check) : summaryLine(check));
      verdicts.push(check.verdict.verdict);
    }
  }
  const worst = (['red', 'unknown', 'green'] as const).find((one) => verdicts.includes(one));
  if (!options.json && worst !== 'green') ui.note('For the fixes of one: matrix-bastion check NAME');
  return CODES[worst ?? 'green'];
}
