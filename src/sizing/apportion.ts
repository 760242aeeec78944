/**
 * Divides `whole` among `weights` in whole parts that sum to it, so that a larger whole never gives anybody less.
 * Rounding each part alone loses the sum, and handing the rest to one taker takes from it again later; this is
 * D'Hondt's method, which does neither: each unit goes to the one with the most weight for its next unit.
 *
 * @param whole not negative, whole.
 * @param weights positive, whole; at least one.
 */
export function apportion(whole: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // Nobody gets less than the whole part of a fair share in this method, so the start needs no unit by unit.
  const parts = weights.map((weight) => Math.floor((whole * weight) / sum));
  let left = whole - parts.reduce((total, part) => total + part, 0);
  for (; left > 0; left--) {
    let best = 0;
    weights.forEach((weight, index) => {
      const bestWeight = weights[best] ?? 0;
      // Multiplied out: quotients of doubles would make ties by chance.
      if (weight * ((parts[best] ?? 0) + 1) > bestWeight * ((parts[index] ?? 0) + 1)) best = index;
    });
    parts[best] = (parts[best] ?? 0) + 1;
  }
  return parts;
}
