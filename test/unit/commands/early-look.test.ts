import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Answers } from '../../../src/answers/answers.ts';
import { openStore } from '../../../src/answers/store.ts';
import { lookEarly } from '../../../src/commands/init/early-look.ts';
import type { OutsideFacts } from '../../../src/plan/facts.ts';
import { someAnswers, someFacts } from '../../support/facts.ts';

const SEEN: OutsideFacts = someFacts().outside;
let folder: string;
const env = () => ({ XDG_STATE_HOME: folder });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'early-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const looking = async (flags: Readonly<Record<string, string>>) => {
  const looks: Answers[] = [];
  const early = await lookEarly({ flags }, env(), async (answers) => {
    looks.push(answers);
    return SEEN;
  });
  return { looks, early };
};

it('looks with the answers of the last run, and gives what was seen once, for these answers only', async () => {
  const answers = someAnswers();
  await (await openStore('example.org', { env: env() })).writeAnswers(answers);
  const { looks, early } = await looking({ domain: 'example.org' });
  expect(looks).toEqual([answers]);
  expect(await early.take(answers)).toBe(SEEN);
  expect(early.take(answers)).toBeUndefined();
  const other = (await looking({ domain: 'example.org' })).early;
  expect(other.take({ ...answers, matrixHost: 'chat.example.org' })).toBeUndefined();
});

it('what was seen before somebody thought about a question for long is old', async () => {
  await (await openStore('example.org', { env: env() })).writeAnswers(someAnswers());
  let now = 0;
  const look = async () => SEEN;
  const early = await lookEarly({ flags: { domain: 'example.org' } }, env(), look, () => now);
  now = 60_000;
  expect(early.take(someAnswers())).toBeUndefined();
});

it('looks with what this run says', async () => {
  await (await openStore('example.org', { env: env() })).writeAnswers(someAnswers());
  const { looks } = await looking({ domain: 'example.org', rooms: '77' });
  expect(looks).toEqual([someAnswers({ rooms: 77 })]);
});

it.each([{}, { domain: 'unknown.example' }])('looks at nothing that it does not know: %j', async (flags) => {
  const { looks, early } = await looking(flags);
  expect(looks).toEqual([]);
  expect(early.take(someAnswers())).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

it('a look that fails and that nobody comes for is no error', async () => {
  await (await openStore('example.org', { env: env() })).writeAnswers(someAnswers());
  await lookEarly({ flags: { domain: 'example.org' } }, env(), async () => {
    throw new Error('no network');
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
});
