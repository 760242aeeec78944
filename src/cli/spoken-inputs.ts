import { readFileSync } from 'node:fs';
import type { AnswerInputs } from '../answers/resolve.ts';
import type { Environment } from './context.ts';
import type { AnswerOptions } from './options.ts';
import { reason } from './secret-file.ts';

/** What this run's operator said without a file of answers: flags and environment. Loads no YAML. */
export function spokenInputs({ answers }: AnswerOptions, env: Environment): AnswerInputs {
  return { flags: answers, env, readText };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(reason(error));
  }
}
