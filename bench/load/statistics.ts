/** The value that a share of all values does not exceed; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Times {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
}

/** Milliseconds in, milliseconds out, rounded. */
export const timesOf = (values: readonly number[]): Times => ({
  count: values.length,
  median: Math.round(percentile(values, 0.5)),
  p95: Math.round(percentile(values, 0.95)),
});
