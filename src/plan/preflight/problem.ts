import { EXIT, type ExitCode, type FailureText } from '../../errors.ts';
import type { Facts } from '../facts.ts';
import type { Goal } from '../goal.ts';

export interface Problem extends FailureText {
  readonly exitCode: ExitCode;
}

const UNTOUCHED = 'Nothing was changed.';

export type Check = (goal: Goal, facts: Facts) => Problem[];

export const problem = (text: FailureText, exitCode: ExitCode = EXIT.failed): Problem => ({
  safe: UNTOUCHED,
  ...text,
  exitCode,
});
