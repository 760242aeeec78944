import type { ProcessBudget } from '../../sizing/budget.ts';
import type { Grid } from '../../ui/grid.ts';

/** The Synapse processes with what they may use; what each does is said in the budget's `layout`. */
export const processGrid = (processes: readonly ProcessBudget[]): Grid => ({
  columns: [
    { title: 'Synapse process', align: 'left' },
    { title: 'MiB', align: 'right' },
    { title: 'Cache factor', align: 'right' },
    { title: 'Pool', align: 'right' },
  ],
  rows: processes.map(({ name, mib, cacheFactor, poolMin, poolMax }) => [
    name,
    `${mib}`,
    `${cacheFactor}`,
    `${poolMin}-${poolMax}`,
  ]),
});

/** What the columns of that table mean. */
export const PROCESS_LEGEND =
  'Cache factor: how much a process keeps at hand; 0.5 is what Synapse has by itself. Pool: its connections to Postgres, fewest and most.';
