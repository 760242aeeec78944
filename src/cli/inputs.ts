import { readFileSync } from 'node:fs';
import { parseAnswersFile } from '../answers/file.ts';
import type { AnswerInputs } from '../answers/resolve.ts';
import type { Environment } from './context.ts';
import type { AnswerOptions } from './options.ts';
import { readTextFile, reason } from './secret-file.ts';

/**
 * What this run's operator said: flags, environment and `--answers FILE`. The command adds what is stored and
 * the facts.
 *
 * @throws UsageError when the answers file cannot be read.
 */
export function gatherInputs(options: AnswerOptions, env: Environment): AnswerInputs {
  const { answers, answersFile } = options;
  const file =
    answersFile === undefined
      ? undefined
      : parseAnswersFile(readTextFile('--answers', answersFile), `--answers ${answersFile}`);
  return { flags: answers, env, ...(file && { file }), readText };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(reason(error));
  }
}
