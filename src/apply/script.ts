import { Failure } from '../errors.ts';
import type { RunResult } from '../host/host.ts';
import { quote } from '../host/quote.ts';
import type { Hands } from './tools.ts';

/** A script of templates/scripts with its variables set before it, each quoted. */
export const script = (
  tools: Pick<Hands, 'scripts'>,
  name: string,
  variables: Readonly<Record<string, string | number>> = {},
): string => {
  const text = tools.scripts[name];
  if (text === undefined) throw new Error(`templates/scripts/${name} is missing`);
  const assignments = Object.entries(variables).map(([key, value]) => `${key}=${quote(String(value))}`);
  return [...assignments, text].join('\n');
};

/** The last non-empty lines of an output. */
export const tail = (output: string, count = 20): string[] =>
  output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-count);

/** The rest of the last line that begins with a marker such as `MB-LOCK-HELD`. */
export const marked = (output: string, marker: string): string | undefined =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${marker} `))
    .at(-1)
    ?.slice(marker.length + 1);

/** Lines by which a script tells this program something; no person has a use for them. */
const FOR_THE_PROGRAM = /^(MB-|LOCK )/;

/** Splits streamed output into whole lines for the progress line. */
export const byLine = (progress: (line: string) => void): ((stream: string, text: string) => void) => {
  let rest = '';
  return (_stream, text) => {
    const parts = (rest + text).split(/[\r\n]+/);
    rest = parts.pop() ?? '';
    for (const line of parts.map((part) => part.trim()))
      if (line !== '' && !FOR_THE_PROGRAM.test(line)) progress(line);
  };
};

/** The line of a container's log that most likely says why: the last error, else the last line. */
export const likelyCause = (output: string): string => {
  const lines = tail(output, 30);
  return lines.findLast((line) => /error|fatal|exception|denied|refused/i.test(line)) ?? lines.at(-1) ?? '';
};

/** Runs a script that must succeed; `fail` turns its output into a Failure. */
export const runOrFail = async (
  tools: Omit<Hands, 'scripts'>,
  text: string,
  fail: (result: RunResult) => Failure,
  input?: string,
): Promise<RunResult> => {
  const result = await tools.host.run(text, {
    onOutput: byLine(tools.progress),
    signal: tools.signal,
    ...(input === undefined ? {} : { input }),
  });
  if (result.code !== 0) throw fail(result);
  return result;
};

/** The same for long work: detached on the machine, so that a lost connection does not end it. */
export const jobOrFail = async (
  tools: Omit<Hands, 'scripts'>,
  id: string,
  text: string,
  fail: (result: RunResult) => Failure,
): Promise<RunResult> => {
  await tools.host.startJob(id, text);
  const result = await tools.host.followJob(id, { onOutput: byLine(tools.progress), signal: tools.signal });
  if (result.code !== 0) throw fail(result);
  return result;
};

/** A Failure of a command on the machine, with its last lines. */
export const commandFailure =
  (code: string, what: string, fix: readonly string[], safe: string) =>
  (result: RunResult): Failure =>
    new Failure({
      code,
      what,
      why: tail(result.stderr || result.stdout, 1)[0] ?? `exit code ${result.code}`,
      fix,
      safe,
      log: tail(`${result.stdout}\n${result.stderr}`),
    });
