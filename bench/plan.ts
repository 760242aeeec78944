/**
 * `npm run bench -- plan`: how long `matrix-bastion plan` takes beside `node -e 0`, and with a million rooms beside
 * ten, as ratios of medians taken side by side in one run.
 */
import { BIN, sideBySide } from './timing.ts';

const ROUNDS = 20;
/** Milliseconds that `plan` may take. */
const LIMIT = 150;

const plan = (rooms: number, ...more: readonly string[]): readonly string[] => [
  ...[BIN, 'plan', '--tier', 'bulwark', '--domain', 'example.org', '--rooms', `${rooms}`],
  ...more,
];

const taken = sideBySide(
  {
    nothing: ['-e', '0'],
    few: plan(10),
    many: plan(1_000_000),
    fewWithFiles: plan(10, '--json'),
    manyWithFiles: plan(1_000_000, '--json'),
  },
  ROUNDS,
);

const line = (what: string, few: number, many: number): string =>
  `${what}: ${few.toFixed(1)} ms, ${(few / taken.nothing).toFixed(2)} × node -e 0 (at most ${LIMIT} ms); 1,000,000 rooms: ${(many / few).toFixed(2)} × 10 rooms`;

console.log(line('matrix-bastion plan', taken.few, taken.many));
console.log(line('matrix-bastion plan --json', taken.fewWithFiles, taken.manyWithFiles));
console.log(`node -e 0: ${taken.nothing.toFixed(1)} ms, medians of ${ROUNDS}, Node ${process.version}`);
