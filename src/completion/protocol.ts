import type { Completion } from './complete.ts';
import { wordsOfLine } from './words.ts';

/** What a script asks: the words of the line, and how much of the last one the shell does not want to hear again. */
export interface Question {
  readonly words: readonly string[];
  readonly known: number;
}

/**
 * `words WORD…` (zsh, fish) or `line LINE LAST` (bash). `LINE` goes up to the cursor; `LAST` is what bash is about to
 * replace: it breaks words at `=`, `@` and `:`, so for `root@v` that is `v` or `@`.
 */
export function readQuestion([form, ...rest]: readonly string[]): Question {
  if (form !== 'line') return { words: rest, known: 0 };
  const [line = '', last = ''] = rest;
  const words = wordsOfLine(line).slice(1);
  const current = words.at(-1) ?? '';
  const replaced = /^[@=:]$/.test(last) ? '' : last;
  return { words, known: current.endsWith(replaced) ? current.length - replaced.length : 0 };
}

/** A line for each: the value, and after a tab its description; `:files` or `:folders` for the shell's own paths. */
export function formatCompletion({ candidates, paths }: Completion, known: number): string {
  const lines = candidates.map(({ value, description }) => `${value.slice(known)}\t${description}`);
  return [...lines, ...(paths === undefined ? [] : [`:${paths}\t`])].map((line) => `${line}\n`).join('');
}
