import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apportion } from '../../../src/sizing/apportion.ts';
import { total } from './support.ts';

const weights = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 31 });
const wholes = fc.integer({ min: 0, max: 300_000 });

it.each([
  [0, [3, 1], [0, 0]],
  [10, [1], [10]],
  [100, [3, 1], [75, 25]],
  [101, [3, 1], [76, 25]],
  [7, [1, 1, 1], [3, 2, 2]],
])('%d by %j', (whole, by, parts) => {
  expect(apportion(whole, by)).toEqual(parts);
});

it('sums to the whole, and nobody gets less than the whole part of a fair share', () => {
  fc.assert(
    fc.property(wholes, weights, (whole, by) => {
      const parts = apportion(whole, by);
      expect(total(parts)).toBe(whole);
      parts.forEach((part, index) => {
        expect(part).toBeGreaterThanOrEqual(Math.floor((whole * (by[index] ?? 0)) / total(by)));
      });
    }),
  );
});

it('takes from nobody when there is more', () => {
  fc.assert(
    fc.property(wholes, weights, fc.integer({ min: 1, max: 40 }), (whole, by, more) => {
      const before = apportion(whole, by);
      apportion(whole + more, by).forEach((part, index) => {
        expect(part).toBeGreaterThanOrEqual(before[index] ?? 0);
      });
    }),
    { numRuns: 2000 },
  );
});
