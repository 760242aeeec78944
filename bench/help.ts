/**
 * `npm run bench`: how long `matrix-bastion --help` takes beside `node -e 0`, as a ratio of medians taken side by
 * side in one run.
 */
import { BIN, sideBySide } from './timing.ts';

const ROUNDS = 30;

const { help, nothing } = sideBySide({ nothing: ['-e', '0'], help: [BIN, '--help'] }, ROUNDS);
console.log(
  `matrix-bastion --help: ${(help / nothing).toFixed(2)} × node -e 0 (${help.toFixed(1)} / ${nothing.toFixed(1)} ms, median of ${ROUNDS}, Node ${process.version}; at most 2)`,
);
