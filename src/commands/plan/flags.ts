import type { PlanOptions } from '../../cli/options.ts';
import { outProblem } from './out.ts';

/** Flags that contradict `--compare`, which takes each tier at its own size and has no single plan to write. */
const NOT_WITH_COMPARE = {
  out: '--out',
  why: '--why',
  memoryMiB: '--memory',
  vcpus: '--vcpus',
  diskGiB: '--disk',
} as const satisfies Partial<Record<keyof PlanOptions, string>>;

/** What is wrong with plan's own flags; looks at the folder of `--out`, touches nothing. */
export function flagProblems(options: PlanOptions): readonly string[] {
  const { compare, out } = options;
  const contradictions = Object.entries(NOT_WITH_COMPARE)
    .filter(([key]) => compare !== undefined && options[key as keyof PlanOptions])
    .map(([, flag]) => `${flag} does not go with --compare, which plans each tier at its own size`);
  const occupied = out === undefined ? undefined : outProblem(out);
  return [...contradictions, ...(occupied === undefined ? [] : [`--out: ${out} ${occupied}`])];
}
