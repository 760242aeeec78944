import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../../src/ui/duration.ts';
import { harmless, lastLine } from '../../../src/ui/harmless.ts';
import { cut, displayWidth, wrapWords } from '../../../src/ui/width.ts';

test.each([
  [-5, '0.0 s'],
  [0, '0.0 s'],
  [449, '0.4 s'],
  [949, '0.9 s'],
  [950, '1 s'],
  [12_300, '12 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [65_000, '1 min 5 s'],
  [600_000, '10 min'],
  [3_600_000, '1 h'],
  [7_380_000, '2 h 3 min'],
])('%i ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

describe('harmless', () => {
  test.each([
    ['plain\ttext\nnext', 'plain\ttext\nnext'],
    ['a\r\nb', 'a\nb'],
    ['a\rb', 'a\\u{d}b'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'link'],
    ['\u0007\u007f\u0085\u009b', '\\u{7}\\u{7f}\\u{85}\\u{9b}'],
    ['a\u202eb', 'a\\u{202e}b'],
    ['bücher 名前', 'bücher 名前'],
  ])('%j', (text, expected) => {
    expect(harmless(text)).toBe(expected);
  });
  test('leaves no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(harmless(text)).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

test.each([
  ['one\ntwo\n\n', 'two'],
  ['10 %\r20 %\r', '20 %'],
  ['', ''],
  ['a\tb', 'a b'],
])('the last line of %j', (text, line) => {
  expect(lastLine(text)).toBe(line);
});

test.each([
  ['abc', 3],
  ['名前', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('a cut text fits and a short one stays', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('abcd', 4)).toBe('abcd');
  expect(cut('名前名前', 6)).toBe('名前…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 60 }), (text, columns) => {
      expect(displayWidth(cut(text, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

describe('sentences', () => {
  test('are broken at words', () => {
    expect(wrapWords('one two three', 7)).toBe('one two\nthree');
  });
  test('keep their own lines, and a long word whole', () => {
    expect(wrapWords('a\n\nSHA256:abcdef b', 8)).toBe('a\n\nSHA256:abcdef\nb');
  });
  test('lose no word and are no wider than they must be', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 9, max: 40 }), (list, columns) => {
        const wrapped = wrapWords(list.join(' '), columns);
        expect(wrapped.split(/[ \n]/)).toEqual(list);
        for (const line of wrapped.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
