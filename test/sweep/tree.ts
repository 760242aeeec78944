import { packages, tree } from '../e2e/variants/inside.ts';
import type { Vps } from '../world/index.ts';

/** What is told apart by time alone: copies of what was replaced, and the record of an upgrade. */
const OF_TIME = /\.\/state\/(replaced|upgrade\/(record|backup\.last))/;

/** What the product has put on a machine, and the packages that are there, as lines that are the same however it came about. */
export const stateOf = async (vps: Vps): Promise<string[]> => [
  ...(await tree(vps))
    .filter((line) => !OF_TIME.test(line))
    // Two databases are never the same one; that each is recorded is what counts.
    .map((line) => line.replace(/(database\.born) .*/, '$1')),
  ...(await packages(vps)),
];

/** The first line in which two states differ, in words; undefined when they do not. */
export const difference = (wanted: readonly string[], found: readonly string[]): string | undefined => {
  const missing = wanted.find((line) => !found.includes(line));
  const extra = found.find((line) => !wanted.includes(line));
  if (missing === undefined && extra === undefined) return undefined;
  return `expected: ${missing ?? 'nothing'}; found: ${extra ?? 'nothing'}`;
};
