/**
 * `npm run bench`: how long `matrix-bastion --help` takes beside `node -e 0`, as a ratio of medians taken side by
 * side in one run.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/matrix-bastion.js', import.meta.url));
const ROUNDS = 30;

const milliseconds = (args: readonly string[]): number => {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const runs = { help: [] as number[], nothing: [] as number[] };
milliseconds([BIN, '--help']);
for (let round = 0; round < ROUNDS; round += 1) {
  runs.nothing.push(milliseconds(['-e', '0']));
  runs.help.push(milliseconds([BIN, '--help']));
}
const [help, nothing] = [median(runs.help), median(runs.nothing)];
console.log(
  `matrix-bastion --help: ${(help / nothing).toFixed(2)} × node -e 0 (${help.toFixed(1)} / ${nothing.toFixed(1)} ms, median of ${ROUNDS}, Node ${process.version}; at most 2)`,
);
