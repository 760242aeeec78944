import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventsSchema } from '../../../src/events/schema.ts';
import { readEvents } from '../../support/events.ts';

/** `UPDATE_SCHEMA=1 npx vitest run --project unit test/unit/events/schema.test.ts` writes the shipped file. */
const PATH = new URL('../../../templates/events.schema.json', import.meta.url);

test('the shipped schema is that of the events', () => {
  if (process.env.UPDATE_SCHEMA === '1') writeFileSync(PATH, `${JSON.stringify(eventsSchema(), null, 2)}\n`);
  expect(JSON.parse(readFileSync(PATH, 'utf8'))).toEqual(eventsSchema());
});

const GOOD = { v: 1, event: 'step-finished', at: '2026-01-31T12:00:00.000Z', step: 'docker', ms: 4 };

test('takes a whole event', () => {
  expect(readEvents(`${JSON.stringify(GOOD)}\n`)).toEqual([GOOD]);
});

test.each([
  ['no time', { at: undefined }],
  ['another version', { v: 2 }],
  ['an unknown event', { event: 'step-forgotten' }],
  ['a field too many', { secret: 'x' }],
  ['a field too few', { ms: undefined }],
  ['a number that is a text', { ms: '4' }],
])('refuses %s', (_what, change) => {
  expect(() => readEvents(`${JSON.stringify({ ...GOOD, ...change })}\n`)).toThrow();
});
