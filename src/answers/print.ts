import { stringify } from 'yaml';
import { type AnswerFacts, fileKey, flagName, type Known, type Question } from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';
import type { Resolution } from './resolve.ts';

const HEADER = `# Answers for matrix-bastion: matrix-bastion init user@host --answers THIS-FILE
# Take the # away before an answer to give it. What is left away gets its default, or is asked for.
# Quote what another YAML reader could take for a number or for yes and no. No secret belongs here.
`;

/**
 * A commented answers file with every question, for `parseAnswersFile`: what was answered is written out, the
 * rest is a comment with its default, or with a placeholder that no question takes for an answer.
 */
export function printAnswers(
  { values, origins }: Pick<Resolution, 'values' | 'origins'>,
  facts: AnswerFacts = {},
): string {
  const blocks = QUESTION_LIST.map((question) => {
    const origin = origins[question.id]?.origin;
    const given = origin !== undefined && origin !== 'default' ? values[question.id] : undefined;
    const fallback = question.default?.(values, facts);
    const entry = yamlEntry(question, given ?? fallback?.value ?? placeholder(question));
    const lines = [
      ...comments(question, values, facts),
      ...entry.map(given === undefined ? commented : same),
    ];
    return `${lines.join('\n')}\n`;
  });
  return [HEADER, ...blocks].join('\n');
}

function comments(question: Question, known: Known, facts: AnswerFacts): readonly string[] {
  const { choices, repeatable, otherwise } = question;
  return [
    question.help,
    ...(choices ? [`One of: ${choices.map(({ value }) => String(value)).join(', ')}`] : []),
    ...(repeatable ? ['A list, or one text'] : []),
    defaultLine(question, known, facts),
    ...(otherwise === undefined ? [] : [`${flagName(question)} ${otherwise}`]),
    `In the environment: ${question.environment}`,
  ].map((line) => `# ${line}`);
}

function defaultLine(question: Question, known: Known, facts: AnswerFacts): string {
  const fallback = question.default?.(known, facts);
  if (fallback)
    return fallback.value === ''
      ? `Default: ${fallback.reason}`
      : `Default: ${String(fallback.value)} (${fallback.reason})`;
  if (question.default) return 'Default: follows from other answers or from the machine';
  return question.required ? 'Needed where it applies' : 'Optional';
}

/** `--rooms <number>` → `<number>`. */
function placeholder({ flag }: Question): string {
  return flag.slice(flag.indexOf('<'));
}

function yamlEntry(question: Question, value: unknown): readonly string[] {
  const text = stringify({ [fileKey(question)]: value }, { compat: 'yaml-1.1', lineWidth: 0 });
  return text.trimEnd().split('\n');
}

const commented = (line: string): string => `#${line}`;
const same = (line: string): string => line;
