import { isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';
import type { Answers } from './answers.ts';
import { nearest } from './nearest.ts';
import { fileKey } from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';
import { type RawAnswers, takeApart } from './raw.ts';

/** What an answers file says, and what is wrong with it as a file; its values are judged by `resolveAnswers`. */
export interface AnswersFile {
  /** How the file is named to people. */
  readonly name: string;
  readonly answers: RawAnswers;
  readonly problems: readonly string[];
}

/**
 * Reads an answers file: a YAML mapping from flag names without `--` to values. Every scalar stays the text
 * that it is (`admin: 007`, `no`, `1e5`): the failsafe schema knows no numbers and no booleans. Never throws.
 */
export function parseAnswersFile(text: string, name: string): AnswersFile {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: true });
  const fault = document.errors[0];
  if (fault)
    return { name, answers: {}, problems: [`${name} is not valid YAML: ${fault.message.split('\n')[0]}`] };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === ''))
    return { name, answers: {}, problems: [] };
  if (!isMap(document.contents))
    return {
      name,
      answers: {},
      problems: [`${name} is not a mapping of answers, such as "domain: example.org"`],
    };

  const answers: Record<string, string | readonly string[]> = {};
  const problems: string[] = [];
  for (const { key, value } of document.contents.items) {
    const word = isScalar(key) ? String(key.value) : '';
    const question = QUESTION_LIST.find((candidate) => fileKey(candidate) === word);
    if (!question) {
      const meant = nearest(word, QUESTION_LIST.map(fileKey));
      problems.push(`${name}: there is no answer named "${word}"${meant ? `; did you mean ${meant}?` : ''}`);
      continue;
    }
    const read = question.repeatable ? texts(value) : scalar(value);
    if (read === undefined)
      problems.push(
        `${name}: ${word} must be ${question.repeatable ? 'a text or a list of texts' : 'a text'}`,
      );
    else answers[question.id] = read;
  }
  return { name, answers, problems };
}

function scalar(node: unknown): string | undefined {
  if (node === null) return '';
  return isScalar(node) ? String(node.value ?? '') : undefined;
}

function texts(node: unknown): string | readonly string[] | undefined {
  if (!isSeq(node)) return scalar(node);
  const items = node.items.map(scalar);
  return items.every((item) => item !== undefined) ? items : undefined;
}

const HEADER = `# Answers of matrix-bastion. No secret is kept here.
# A flag or an environment variable given to the next run wins over what is written here.
`;

/** The text of an answers file that `parseAnswersFile` reads back to the same answers. */
export function formatAnswersFile(answers: Answers): string {
  const values = takeApart(answers);
  const entries = QUESTION_LIST.flatMap((question) => {
    const value = values[question.id];
    return value === undefined ? [] : [[fileKey(question), value] as const];
  });
  return HEADER + stringify(Object.fromEntries(entries), { compat: 'yaml-1.1', lineWidth: 0 });
}
