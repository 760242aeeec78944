import { parseAnswersFile } from '../answers/file.ts';
import type { AnswerInputs } from '../answers/resolve.ts';
import type { Environment } from './context.ts';
import type { AnswerOptions } from './options.ts';
import { readTextFile } from './secret-file.ts';
import { spokenInputs } from './spoken-inputs.ts';

/**
 * What this run's operator said: flags, environment and `--answers FILE`. The command adds what is stored and
 * the facts.
 *
 * @throws UsageError when the answers file cannot be read.
 */
export function gatherInputs(options: AnswerOptions, env: Environment): AnswerInputs {
  const { answersFile } = options;
  const spoken = spokenInputs(options, env);
  if (answersFile === undefined) return spoken;
  const file = parseAnswersFile(readTextFile('--answers', answersFile), `--answers ${answersFile}`);
  return { ...spoken, file };
}
