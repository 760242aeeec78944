import type { CommandContext } from '../../cli/context.ts';
import { EXIT, Failure } from '../../errors.ts';
import { failureValues } from '../../events/events.ts';
import type { Facts } from '../../plan/facts.ts';
import { type Problem, preflight } from '../../plan/preflight.ts';
import type { Situations } from './situations.ts';

/** Problems that the DNS may solve by itself while we wait. */
const solvedByWaiting = (problem: Problem): boolean => problem.code.startsWith('MB-DNS-');

const PAUSE_MS = 5000;

const AGAIN = 'Then run this again.';

/**
 * Nothing is touched while something stands in the way; all of it is said at once. With `wait`, a DNS record
 * that is not there yet is waited for.
 */
export const clearTheWay = async (
  sides: Situations,
  start: Facts,
  wait: number,
  look: (before: Facts) => Promise<Facts>,
  context: CommandContext,
): Promise<Facts> => {
  const end = Date.now() + wait;
  let now = start;
  for (let told = false; ; told = true) {
    const { goal, facts } = sides.app(now);
    const problems = preflight(goal, facts);
    const [first] = problems;
    const waits = problems.every(solvedByWaiting) && Date.now() < end;
    if (first === undefined || !waits)
      context.events.emit('preflight', { problems: problems.map(failureValues) });
    if (first === undefined) return now;
    if (!waits) throw asFailure(problems);
    if (!told) {
      context.ui.note(`Waiting: ${first.what}`);
      context.events.emit('waiting', { for: first.what });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    context.signal.throwIfAborted();
    now = await look(now);
  }
};

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
      // That it is to be run again is said once, below the block.
      fix: problems.flatMap(({ fix }, index) =>
        (fix ?? []).filter((line) => line !== AGAIN).map((line) => `${index + 1}. ${line}`),
      ),
      safe: 'Nothing was changed.',
    },
    exitCode,
  );
};
