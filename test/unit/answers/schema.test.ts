import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileKey } from '../../../src/answers/question.ts';
import { QUESTION_LIST } from '../../../src/answers/questions/index.ts';
import { answersSchema } from '../../../src/answers/schema.ts';

/** `UPDATE_SCHEMA=1 npx vitest run --project unit test/unit/answers/schema.test.ts` writes the shipped file; then format it. */
const PATH = new URL('../../../templates/answers.schema.json', import.meta.url);

test('the shipped schema is that of the questions', () => {
  if (process.env.UPDATE_SCHEMA === '1') writeFileSync(PATH, JSON.stringify(answersSchema(), null, 2));
  expect(JSON.parse(readFileSync(PATH, 'utf8'))).toEqual(answersSchema());
});

test('names, kinds and limits', () => {
  const { properties } = answersSchema() as { properties: Record<string, Record<string, unknown>> };
  expect(Object.keys(properties)).toEqual(QUESTION_LIST.map(fileKey));
  expect(properties.rooms).toMatchObject({ type: 'integer', minimum: 0, maximum: 1_000_000 });
  expect(properties.users).toMatchObject({ type: ['integer', 'null'], minimum: 1 });
  expect(properties.federation?.enum).toEqual(['open', 'allowlist', 'closed']);
  expect(properties.domain?.type).toBe('string');
});
