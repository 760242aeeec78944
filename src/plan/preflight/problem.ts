import { EXIT, type ExitCode, type FailureText } from '../../errors.ts';
import type { Facts } from '../facts.ts';
import type { Goal } from '../goal.ts';

/** Whose hand it takes. */
type Who =
  | 'you'
  | 'your DNS provider'
  | 'your hosting provider'
  | 'you, or your hosting provider'
  | 'whoever runs the database';

/**
 * When a problem ends the run. `first`: on a first installation; a server that runs is warned, because it must stay
 * upgradable. `always`: going on would touch data or could not end well. `never`: worth a sentence.
 */
export type Stops = 'first' | 'always' | 'never';

interface ProblemText extends FailureText {
  readonly expected: string;
  readonly fix: readonly string[];
  readonly who: Who;
  /** Flags with which the same command goes another way around it. */
  readonly orRunWith?: readonly string[];
}

export interface Problem extends ProblemText {
  readonly exitCode: ExitCode;
  readonly stops: Stops;
}

const UNTOUCHED = 'Nothing was changed.';

export type Check = (goal: Goal, facts: Facts) => Problem[];

export const problem = (text: ProblemText, stops: Stops = 'first'): Problem => ({
  safe: UNTOUCHED,
  ...text,
  exitCode: EXIT.failed,
  stops,
});

/** A problem that is refused for safety, on every run. */
export const refusal = (text: ProblemText, exitCode: ExitCode = EXIT.refused): Problem => ({
  safe: UNTOUCHED,
  ...text,
  exitCode,
  stops: 'always',
});
