import { resolveAnswers } from '../answers/resolve.ts';
import type { Environment } from './context.ts';
import { gatherInputs } from './inputs.ts';
import type { AnswerOptions } from './options.ts';

/** Wrong answers, wherever they come from; what is missing is no problem yet: the machine may know it. */
export const answerProblems = (options: AnswerOptions, env: Environment): readonly string[] =>
  resolveAnswers(gatherInputs(options, env)).problems;
