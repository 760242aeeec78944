import { expect, test } from 'vitest';
import { count } from '../../../src/text/count.ts';

test.each([
  [0, '0 rooms'],
  [1, '1 room'],
  [2, '2 rooms'],
])('%d: %s', (number, text) => expect(count(number, 'room')).toBe(text));

test('a plural of its own', () => {
  expect(count(1, 'person', 'people')).toBe('1 person');
  expect(count(3, 'person', 'people')).toBe('3 people');
});
