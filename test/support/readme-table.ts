import { TIERS } from '../../src/answers/answers.ts';
import type { AnswerFacts, Known, Question } from '../../src/answers/question.ts';
import { QUESTION_LIST } from '../../src/answers/questions/index.ts';

/** What a default may depend on: nothing, the domain, the tier, or the machine's memory. */
const SITUATIONS: readonly { readonly known: Known; readonly facts: AnswerFacts; readonly when?: string }[] =
  [
    { known: {}, facts: {} },
    { known: { domain: 'DOMAIN' }, facts: {} },
    ...TIERS.map((tier) => ({ known: { tier }, facts: {}, when: tier })),
    ...[8, 16, 32].map((gib) => ({
      known: {},
      facts: { memoryMiB: gib * 1024 },
      when: gib === 32 ? 'above' : `up to ${gib} GiB`,
    })),
  ];

/** A question's default in words, for each situation in which it has another one. */
function defaultOf(question: Question): string {
  const found = SITUATIONS.flatMap(({ known, facts, when }) => {
    const fallback = question.default?.(known, facts);
    return fallback === undefined ? [] : [{ value: `\`${fallback.value}\``, when }];
  });
  const [first] = found;
  if (first?.when === undefined)
    return first?.value ?? (question.required && !question.when ? 'none: needed' : 'none');
  return found.map(({ value, when }) => `${value} (${when})`).join(', ');
}

/** The README's table of questions, as it follows from their registry. */
export const questionsTable = (): string =>
  [
    '| flag | environment | what it is | default |',
    '| --- | --- | --- | --- |',
    ...QUESTION_LIST.map(
      (question) =>
        `| \`${question.flag}\` | \`${question.environment}\` | ${question.help} | ${defaultOf(question)} |`,
    ),
  ].join('\n');

/** The flags that a terminal is asked for, as the README names them. */
export const askedFlags = (): string =>
  QUESTION_LIST.filter(({ asked }) => asked === true)
    .map(({ flag }) => `\`${flag.split(' ')[0]}\``)
    .join(', ');
