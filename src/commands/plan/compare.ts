import type { Tier } from '../../answers/answers.ts';
import { type AnswerInputs, refuseProblems, resolveAnswers } from '../../answers/resolve.ts';
import type { PlanOptions } from '../../cli/options.ts';
import { UsageError } from '../../errors.ts';
import type { Box } from '../../sizing/box.ts';
import type { Budget } from '../../sizing/budget.ts';
import type { LoadInput } from '../../sizing/load.ts';
import { poolsOf } from '../../sizing/processes.ts';
import type { Grid } from '../../ui/grid.ts';
import type { Ui } from '../../ui/ui.ts';
import { plannedBox } from './box.ts';
import { mibOf } from './budget.ts';
import { type Fit, fitOf } from './fit.ts';
import { sized } from './sized.ts';
import { gb, oneDecimal } from './units.ts';

interface Candidate {
  readonly tier: Tier;
  readonly box: Box;
  readonly budget: Budget;
  readonly notes: readonly string[];
  readonly fit: Fit;
}

/** Several tiers side by side for the same rooms, and which is the smallest that fits them. */
export function compare(tiers: readonly Tier[], inputs: AnswerInputs, { json }: PlanOptions, ui: Ui): void {
  const resolution = resolveAnswers(inputs);
  refuseProblems(resolution);
  const { rooms, ...values } = resolution.values;
  if (rooms === undefined)
    throw new UsageError('--compare needs the rooms', [
      'Add --rooms <number>: the tiers are judged by them.',
    ]);
  const load = { ...values, rooms };
  const candidates = tiers.map((tier): Candidate => {
    const { box, notes } = plannedBox(tier, {});
    const budget = sized({ ...load, tier });
    return { tier, box, budget, notes, fit: fitOf(budget, box, load) };
  });
  const verdict = verdictOf(candidates, load);
  if (json) {
    ui.print(comparisonJson(candidates, load, verdict));
    return;
  }
  ui.grid(comparisonGrid(candidates, rooms));
  ui.print('');
  for (const note of candidates.flatMap(({ notes }) => notes)) ui.print(note);
  ui.print(verdict);
}

const synapseMib = ({ processes }: Budget): number => processes.reduce((sum, { mib }) => sum + mib, 0);

const fitWord = ({ short, databaseApart }: Fit): string => {
  if (short.length > 0) return 'no';
  return databaseApart === undefined ? 'yes' : 'database apart';
};

const FIGURES: readonly (readonly [string, (candidate: Candidate) => string])[] = [
  ['RAM', ({ box }) => `${gb(box.memoryMib)} GB`],
  ['vCPU', ({ box }) => `${box.vcpus}`],
  ['Synapse processes', ({ budget }) => `${budget.processes.length}`],
  ['Synapse, all of them', ({ budget }) => `${synapseMib(budget)} MiB`],
  ['Postgres', ({ budget }) => (budget.postgres ? `${mibOf(budget, 'postgres')} MiB` : 'elsewhere')],
  ['Reserve', ({ budget }) => `${mibOf(budget, 'reserve')} MiB`],
  ['Cache factor of main', ({ budget }) => `${budget.processes[0]?.cacheFactor}`],
  ['Pools together, at most', ({ budget }) => `${poolsOf(budget.processes)}`],
  [
    'Disk after a year',
    ({ budget: { diskForecast } }) =>
      `${oneDecimal(diskForecast.afterAYear)} of ${oneDecimal(diskForecast.disk)} GB`,
  ],
  ['Fits', ({ fit }) => fitWord(fit)],
];

const comparisonGrid = (candidates: readonly Candidate[], rooms: number): Grid => ({
  columns: [
    { title: `For ${rooms} rooms`, align: 'left' },
    ...candidates.map(({ tier }) => ({ title: tier, align: 'right' as const })),
  ],
  rows: FIGURES.map(([name, figure]) => [name, ...candidates.map(figure)]),
});

const bySize = (one: Candidate, other: Candidate): number =>
  one.box.memoryMib - other.box.memoryMib || one.box.vcpus - other.box.vcpus;

const because = ({ tier, fit: { short } }: Candidate): string => `${tier} falls short: ${short.join('; ')}.`;

/** The smallest that fits, and why the next smaller one does not. */
function verdictOf(candidates: readonly Candidate[], { rooms }: LoadInput): string {
  const sorted = candidates.toSorted(bySize);
  const index = sorted.findIndex(({ fit: { short } }) => short.length === 0);
  const found = sorted[index];
  const largest = sorted.at(-1);
  if (found === undefined) {
    return [
      `None of these fits ${rooms} rooms.`,
      ...(largest ? [`The largest, ${because(largest)}`] : []),
    ].join(' ');
  }
  const smaller = sorted[index - 1];
  return [
    `The smallest that fits ${rooms} rooms is ${found.tier}.`,
    smaller ? because(smaller) : 'It is the smallest of these, and it has what the rooms ask for.',
    ...(found.fit.databaseApart === undefined ? [] : [found.fit.databaseApart]),
  ].join(' ');
}

const comparisonJson = (candidates: readonly Candidate[], { rooms }: LoadInput, verdict: string): string =>
  JSON.stringify(
    {
      format: 1,
      rooms,
      tiers: candidates.map(({ tier, box, budget, notes, fit }) => ({
        tier,
        box: { vcpus: box.vcpus, memoryMib: budget.box, diskGib: box.diskGib },
        processes: budget.processes.length,
        synapseMib: synapseMib(budget),
        postgresMib: mibOf(budget, 'postgres'),
        reserveMib: mibOf(budget, 'reserve'),
        cacheFactorOfMain: budget.processes[0]?.cacheFactor,
        poolsMax: poolsOf(budget.processes),
        diskAfterAYearGib: budget.diskForecast.afterAYear,
        fits: fit.short.length === 0,
        shortcomings: fit.short,
        databaseApart: fit.databaseApart,
        assumptions: notes,
      })),
      verdict,
    },
    undefined,
    2,
  );
