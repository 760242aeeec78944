import { markdownTable } from '../memory/table.ts';
import type { FigureName, Figures } from './round.ts';
import { percentile } from './statistics.ts';

export interface Ratio {
  readonly name: FigureName;
  readonly plan: number;
  readonly other: number;
  /** Plan divided by the other, of rounds side by side: the middle one, the least and the most. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** Pairs of rounds that ran one after the other, so that what else the machine does weighs on both. */
export function ratiosOf(plan: readonly Figures[], other: readonly Figures[]): Ratio[] {
  const [first] = plan;
  if (first === undefined) return [];
  return (Object.keys(first) as FigureName[]).map((name) => {
    const ours = plan.map((figures) => figures[name]);
    const theirs = other.map((figures) => figures[name]);
    const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
    return {
      name,
      plan: percentile(ours, 0.5),
      other: percentile(theirs, 0.5),
      ratio: percentile(ratios, 0.5),
      least: Math.min(...ratios),
      most: Math.max(...ratios),
    };
  });
}

const short = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

/** Above 1 is good for the first line, below 1 for all others. */
export const ratioTable = (other: string, ratios: readonly Ratio[]): string =>
  markdownTable(
    ['figure', 'plan', other, 'plan / other', 'spread'],
    ratios.map(({ name, plan, other: value, ratio, least, most }) => [
      name,
      short(plan),
      short(value),
      ratio.toFixed(2),
      `${least.toFixed(2)} to ${most.toFixed(2)}`,
    ]),
  );
