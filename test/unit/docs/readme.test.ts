import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { QUESTION_LIST } from '../../../src/answers/questions/index.ts';
import { EXIT } from '../../../src/errors.ts';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** The README's table of questions, as it follows from their registry. */
const table = [
  '| flag | environment | what it is |',
  '| --- | --- | --- |',
  ...QUESTION_LIST.map(({ flag, environment, help }) => `| \`${flag}\` | \`${environment}\` | ${help} |`),
].join('\n');

it('lists every question as the registry has it', () => {
  expect(README).toContain(table);
});

it('documents every exit code', () => {
  const documented = [...README.matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code));
  expect(documented).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});
