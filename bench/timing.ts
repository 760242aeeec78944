import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program as users start it. */
export const BIN = fileURLToPath(new URL('../bin/matrix-bastion.js', import.meta.url));

/** Milliseconds that `node ARGS` takes from start to end. @throws Error when it does not end with 0. */
const milliseconds = (args: readonly string[]): number => {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
};

export const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Medians in milliseconds of several command lines of node, measured side by side: one after the other in each
 * round, so that what else the machine does falls on all of them. One run before fills the compile cache.
 */
export function sideBySide<Name extends string>(
  commands: Readonly<Record<Name, readonly string[]>>,
  rounds: number,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<readonly string[]>(commands);
  const taken = entries.map(([, args]) => {
    milliseconds(args);
    return [] as number[];
  });
  for (let round = 0; round < rounds; round += 1)
    for (const [index, [, args]] of entries.entries()) taken[index]?.push(milliseconds(args));
  const medians = entries.map(([name], index) => [name, median(taken[index] ?? [])] as const);
  return Object.fromEntries(medians) as Record<Name, number>;
}
