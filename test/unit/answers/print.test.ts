import { describe, expect, test } from 'vitest';
import { parseAnswersFile } from '../../../src/answers/file.ts';
import { printAnswers } from '../../../src/answers/print.ts';
import { fileKey } from '../../../src/answers/question.ts';
import { QUESTION_LIST } from '../../../src/answers/questions/index.ts';
import { resolveAnswers } from '../../../src/answers/resolve.ts';

const nothing = printAnswers(resolveAnswers({}));
/** What a person does with a printed line. */
const uncomment = (text: string, key: string) => text.replace(`\n#${key}:`, `\n${key}:`);

test('as it is printed the file gives no answer', () => {
  expect(parseAnswersFile(nothing, 'x')).toEqual({ name: 'x', answers: {}, problems: [] });
});

describe.each(QUESTION_LIST.map((question) => [fileKey(question), question] as const))(
  '%s',
  (key, question) => {
    test('is explained, and its line can be used', () => {
      expect(nothing).toContain(`# ${question.help}\n`);
      expect(nothing).toContain(question.environment);
      const { answers, problems } = parseAnswersFile(uncomment(nothing, key), 'x');
      expect(problems).toEqual([]);
      expect(Object.keys(answers)).toEqual([question.id]);
    });
  },
);

test('a placeholder is never taken for an answer', () => {
  const placeholders = QUESTION_LIST.filter((question) => nothing.includes(`\n#${fileKey(question)}: <`));
  expect(placeholders.map(({ id }) => id)).toContain('domain');
  for (const question of placeholders)
    expect(question.parse(question.flag.replace(/^.* /, ''), { known: {} }), question.id).toMatchObject({
      ok: false,
    });
});

test('what was given is written out and read back', () => {
  const flags = { domain: 'example.org', rooms: '7', admin: 'no', federateWith: ['10.0.0.0/8', 'fd00::/8'] };
  const text = printAnswers(resolveAnswers({ flags }));
  expect(parseAnswersFile(text, 'x')).toEqual({ name: 'x', answers: flags, problems: [] });
  expect(text).toContain('#matrix-host: matrix.example.org\n');
});
