import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXIT } from '../../../src/errors.ts';
import { FORMAT, outcomeOf } from '../../../src/events/events.ts';
import { eventTables } from '../../support/event-tables.ts';

/** `UPDATE_DOCS=1 npx vitest run --project unit test/unit/docs` writes the tables as they are now. */
const UPDATE = process.env.UPDATE_DOCS === '1';
const PATH = new URL('../../../docs/json.md', import.meta.url);
const BLOCK = /<!-- events -->\n[\s\S]*<!-- end -->/;

const read = (): string => readFileSync(PATH, 'utf8');

it('has every event and every field', () => {
  const block = `<!-- events -->\n\n${eventTables()}\n\n<!-- end -->`;
  if (UPDATE)
    writeFileSync(
      PATH,
      read().replace(BLOCK, () => block),
    );
  expect(BLOCK.exec(read())?.[0]).toBe(block);
});

it('has every exit code with its word', () => {
  const documented = [...read().matchAll(/^\| (\d+) \| `(\w+)` \| /gm)].map(([, code, word]) => [code, word]);
  expect(documented).toEqual(
    Object.values(EXIT)
      .sort((a, b) => a - b)
      .map((code) => [String(code), outcomeOf(code)]),
  );
});

it('names the version of now', () => {
  expect(read()).toContain(`version of the format, now ${FORMAT})`);
});
