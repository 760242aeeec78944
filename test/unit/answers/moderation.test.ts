import { expect, test } from 'vitest';
import { QUESTIONS } from '../../../src/answers/questions/index.ts';
import { assemble, takeApart } from '../../../src/answers/raw.ts';
import { someAnswers } from '../../support/facts.ts';

const parse = (text: string) => QUESTIONS.moderation.parse(text, { known: {} });

test('bots that are there, and the truth about one that is not', () => {
  expect(parse(' Draupnir ')).toEqual({ ok: true, value: 'draupnir' });
  expect(parse('none')).toEqual({ ok: true, value: 'none' });
  expect(parse('meowlnir')).toMatchObject({ ok: false, problem: expect.stringContaining('draupnir') });
  expect(parse('draupnir; rm -rf /')).toMatchObject({ ok: false });
});

test('none is no answer; a bot is kept as it was given', () => {
  const plain = someAnswers();
  expect(plain.moderation).toBeUndefined();
  const answers = someAnswers({ moderation: 'mjolnir' });
  expect(assemble({ ...takeApart(answers), proxy: 'none' })).toEqual(answers);
  expect(assemble({ ...takeApart(answers), proxy: 'none', moderation: 'none' })).toEqual(plain);
});
