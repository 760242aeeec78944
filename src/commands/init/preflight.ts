import type { Situation } from '../../apply/converge.ts';
import type { CommandContext } from '../../cli/context.ts';
import { shellWords } from '../../cli/shell-words.ts';
import { EXIT, Failure } from '../../errors.ts';
import { failureValues } from '../../events/events.ts';
import type { Facts } from '../../plan/facts.ts';
import { type Problem, preflight, stopsRun } from '../../plan/preflight.ts';

/** Problems that the DNS, or Synapse at work on its database, may solve while we wait. */
const solvedByWaiting = ({ code }: Problem): boolean =>
  code.startsWith('MB-DNS-') || code === 'MB-UPGRADE-BACKGROUND';

const PAUSE_MS = 5000;

/** That it is to be run again is said once, below the block. */
const withoutAgain = (fix: readonly string[]): string[] =>
  fix.map((line) => line.replace(/(^| )Then run this again\b[^.]*\.$/, '')).filter((line) => line !== '');

/** The fix as lines, with the exact command where the same one with other flags is a way around. */
const fixOf = ({ fix, orRunWith }: Problem, context: CommandContext): string[] => {
  if (orRunWith === undefined) return [...fix];
  const command = `${context.resume} ${shellWords(orRunWith)}`;
  return [...fix.slice(0, -1), `For that, run: ${command}`, ...fix.slice(-1)];
};

export const preflightOf = ({ goal, facts }: Situation): Problem[] => preflight(goal, facts);

interface Way {
  /** All that is not as it ought to be. */
  readonly problems: (now: Facts) => readonly Problem[];
  readonly start: Facts;
  /** Milliseconds for which what solves itself is waited for. */
  readonly wait: number;
  readonly look: (before: Facts) => Promise<Facts>;
  readonly context: CommandContext;
}

/**
 * Nothing is touched while something stands in the way; all of it is said at once. With `wait`, what solves itself is
 * waited for, and said again when less of it is left.
 */
export const clearTheWay = async ({
  problems: problemsOf,
  start,
  wait,
  look,
  context,
}: Way): Promise<Facts> => {
  const end = Date.now() + wait;
  let now = start;
  const warned = new Set<string>();
  for (let told = ''; ; ) {
    const found = problemsOf(now).map((problem) => ({ ...problem, fix: fixOf(problem, context) }));
    const warnings = found.filter((one) => !stopsRun(one, now));
    for (const problem of warnings) {
      const text = warning(problem);
      if (!warned.has(text)) context.ui.note(text);
      warned.add(text);
    }
    const problems = found.filter((one) => stopsRun(one, now));
    const [first] = problems;
    const waits = problems.every(solvedByWaiting) && Date.now() < end;
    if (first === undefined || !waits)
      context.events.emit('preflight', {
        problems: problems.map(failureValues),
        warnings: warnings.map(failureValues),
      });
    if (first === undefined) return now;
    if (!waits) throw asFailure(problems);
    if (told !== first.what) {
      told = first.what;
      context.ui.note(`Waiting: ${first.what}`);
      context.events.emit('waiting', { for: first.what });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    context.signal.throwIfAborted();
    now = await look(now);
  }
};

/** What does not stop the run, in a few lines: found, expected, fix, who. */
const warning = ({ code, what, why, expected, fix, who }: Problem): string =>
  [
    `WARNING ${code} ${what}${why ? ` ${why}` : ''}`,
    `  Expected: ${expected}.`,
    ...withoutAgain(fix).map((line, index) => `  ${index === 0 ? 'Fix: ' : '     '}${line}`),
    `  Who can do it: ${who}.`,
  ].join('\n');

/** One problem as it is; several as one block, refused when one of them was. */
const asFailure = (problems: readonly Problem[]): Failure => {
  const [first, ...others] = problems;
  if (first === undefined) throw new Error('no problem to report');
  if (others.length === 0) return new Failure(first, first.exitCode);
  const codes = problems.map(({ exitCode }) => exitCode);
  // One that is refused for safety decides; a usage error only when there is nothing else.
  const exitCode = codes.includes(EXIT.refused)
    ? EXIT.refused
    : codes.every((code) => code === EXIT.usage)
      ? EXIT.usage
      : EXIT.failed;
  return new Failure(
    {
      code: [...new Set(problems.map(({ code }) => code))].join(', '),
      what: `${problems.length} things stand in the way.`,
      why: problems.map(({ what, why }, index) => `${index + 1}. ${what}${why ? ` ${why}` : ''}`).join('\n'),
      expected: problems.map(({ expected }, index) => `${index + 1}. ${expected}`).join('\n'),
      fix: [
        ...problems.flatMap(({ fix }, index) => withoutAgain(fix).map((line) => `${index + 1}. ${line}`)),
        ...(problems.every(solvedByWaiting)
          ? ['With --wait it goes on by itself as soon as that is so.']
          : []),
      ],
      who: problems.map(({ who }, index) => `${index + 1}. ${who}`).join('\n'),
      safe: 'Nothing was changed.',
    },
    exitCode,
  );
};
