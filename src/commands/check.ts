import type { CommandContext } from '../cli/context.ts';
import type { CheckOptions } from '../cli/options.ts';
import { caFileProblems, connectionProblems, problemsOf } from '../cli/problems.ts';
import { readTextFile } from '../cli/secret-file.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { checkFederation, type FederationCheck } from '../federation/check.ts';
import type { Evidence } from '../federation/evidence.ts';
import { judge, type Verdict } from '../federation/judge.ts';
import { parseServerName } from '../federation/server-name.ts';
import { combine } from '../federation/vantages.ts';
import { evidenceProblems, readEvidence, writeEvidence } from './check/evidence-file.ts';
import { seenFromHost } from './check/from-host.ts';
import { checkJson } from './check/json.ts';
import { readNames } from './check/names.ts';
import { ownRecord } from './check/own.ts';
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
    ...problemsOf([() => caFileProblems(options.caFile), () => connectionProblems(options)]),
  ];
};

/** @throws UsageError when the parts of a file that says to be evidence are something else. */
function judgeFile(evidence: Evidence, { judgeFile: file, profile }: CheckOptions): Verdict {
  try {
    return judge(evidence, profile);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`--from: ${file} is not what check --evidence writes`, undefined, error.message);
  }
}

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
  const { serverNames, namesFile, evidenceFile, judgeFile, watch, target } = options;
  const several = serverNames.length > 1 || namesFile !== undefined;
  const named = several || serverNames.length === 1;
  return [
    ...(!named && judgeFile === undefined
      ? ['server_name: name the server to check, for example example.org']
      : []),
    ...(named && judgeFile !== undefined ? ['--from: the file says which server it is about'] : []),
    ...(several && evidenceFile !== undefined ? ['--evidence: holds one server; name one'] : []),
    ...(several && target !== undefined ? ['--from-host: is the machine of one server; name one'] : []),
    ...(judgeFile !== undefined && target !== undefined
      ? ['--from-host: a file is no look; drop --from']
      : []),
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
    return show(options, context, { evidence, verdict: judgeFile(evidence, options) });
  }
  const names = readNames(options.serverNames, options.namesFile);
  const [name] = names;
  if (name === undefined) throw new UsageError(`--from-file: ${options.namesFile} names no server`);
  if (names.length > 1) return several(names, options, context);
  const look = () => checkOne(name, options, context);
  const check =
    options.watch === undefined ? await look() : await untilGreen(look, options.watch, ui, signal);
  if (options.evidenceFile !== undefined) {
    writeEvidence(options.evidenceFile, check.evidence);
    ui.note(
      `what was seen is in ${options.evidenceFile}: matrix-bastion check --from ${options.evidenceFile}`,
    );
  }
  const { target } = options;
  if (target === undefined) return show(options, context, check);
  const there = await seenFromHost({ ...options, target }, check, context);
  return show(options, context, { ...check, verdict: combine(check.verdict, there) });
}

async function checkOne(
  name: string,
  options: CheckOptions,
  { signal, env }: CommandContext,
): Promise<FederationCheck> {
  const own = await ownRecord(name, env);
  const networks = [...options.privateNetworks, ...(own?.privateNetworks ?? [])];
  return checkFederation(name, {
    ...(own && { own: own.server, ...(own.extraCa !== undefined && { extraCa: own.extraCa }) }),
    ...(options.dns.length > 0 && { dns: options.dns }),
    ...(options.caFile !== undefined && { caFile: options.caFile }),
    ...(options.only !== undefined && { only: options.only }),
    ...(networks.length > 0 && { privateNetworks: networks }),
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
  context: CommandContext,
): Promise<ExitCode> {
  const { ui } = context;
  const verdicts: FederationCheck['verdict']['verdict'][] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const part = names.slice(from, from + AT_ONCE);
    const checks = await Promise.all(part.map((name) => checkOne(name, options, context)));
    for (const check of checks) {
      ui.print(options.json ? checkJson(check) : summaryLine(check));
      verdicts.push(check.verdict.verdict);
    }
  }
  const worst = (['red', 'unknown', 'green'] as const).find((one) => verdicts.includes(one));
  if (!options.json && worst !== 'green') ui.note('For the fixes of one: matrix-bastion check NAME');
  return CODES[worst ?? 'green'];
}
