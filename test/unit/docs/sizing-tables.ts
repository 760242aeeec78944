import { LAYOUTS } from '../../../bench/load/layouts.ts';
import { coveredBy } from '../../../bench/memory/compare.ts';
import { linesOf } from '../../../bench/memory/planned.ts';
import { markdownTable } from '../../../bench/memory/table.ts';
import { assumedBox } from '../../../src/sizing/box.ts';
import type { Budget } from '../../../src/sizing/budget.ts';
import { budgetFor } from '../../../src/sizing/budget-for.ts';
import { LADDER } from '../../../src/sizing/ladder.ts';

/** Cells of a table that stands in the document, by its first cell. */
type Cells = ReadonlyMap<string, readonly string[]>;

const cellsOf = (block: string): Cells =>
  new Map(
    block
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, what = '', ...rest]) => [what, rest.slice(0, -1)] as const),
  );

/** The plan of a tier as the bench measures it: on a box of the size that the tier is sold with. */
function budgetOf(name: string): Budget {
  const layout = LAYOUTS[name];
  if (layout === undefined) throw new Error(`no layout ${name}`);
  const { tier, rooms, vcpus, memoryGib } = layout;
  const { diskGib } = assumedBox(tier);
  const sizing = budgetFor({ tier, rooms, box: { vcpus, memoryMib: memoryGib * 1024, diskGib } });
  if (!sizing.ok) throw new Error(sizing.what);
  return sizing.budget;
}

/** The plan's lines; measured columns stay as they stand in the document, and whether they are covered is judged anew. */
function memoryTable(name: string, block: string): string {
  const budget = budgetOf(name);
  const standing = cellsOf(block);
  const { lines, reserve } = linesOf(budget);
  const usages = lines.map(({ what, mib, mayBurst }) => {
    const [, , load, peak] = (standing.get(what) ?? []).map(Number);
    return { what, planned: mib, mayBurst, load: load ?? Number.NaN, peak: peak ?? Number.NaN };
  });
  const covered = new Map(coveredBy(usages, reserve).map((one, index) => [usages[index]?.what, one]));
  const rows = budget.lines.map(({ what, mib }) => {
    const [, ...measured] = standing.get(what) ?? [];
    const [idle = '', load = '', peak = ''] = measured;
    return [what, String(mib), idle, load, peak, covered.get(what) ?? ''];
  });
  return markdownTable(['MiB', 'planned', 'idle', 'under load', 'peak', 'covered'], rows);
}

const gib = (mib: number): string => (mib / 1000).toFixed(0);

/** The ladder up to what the largest tier has, and what is beyond it in one line. */
function ladderTable(): string {
  return markdownTable(
    ['one worker more', 'from rooms', 'vCPU', 'GB of RAM'],
    LADDER.filter(({ rooms }) => rooms <= 2500).map(({ role, rooms, vcpus, mib }) => [
      role,
      String(rooms),
      String(vcpus),
      gib(mib),
    ]),
  );
}

function postgresTable(names: readonly string[]): string {
  const columns = names.map((name) => {
    const { postgres } = budgetOf(name);
    if (postgres === undefined) throw new Error(`no Postgres on ${name}`);
    return postgres;
  });
  const row = (setting: string, value: (one: (typeof columns)[number]) => string): string[] => [
    `\`${setting}\``,
    ...columns.map(value),
  ];
  return markdownTable(
    ['setting', ...names],
    [
      row('shared_buffers', ({ sharedBuffers }) => `${sharedBuffers} MB`),
      row('effective_cache_size', ({ effectiveCacheSize }) => `${effectiveCacheSize} MB`),
      row('work_mem', ({ workMem }) => `${workMem} MB`),
      row('maintenance_work_mem', ({ maintenanceWorkMem }) => `${maintenanceWorkMem} MB`),
      row('max_connections', ({ maxConnections }) => `${maxConnections}`),
      row('max_wal_size', ({ maxWal }) => `${maxWal} MB`),
      row('max_parallel_workers', ({ parallelWorkers }) => `${parallelWorkers}`),
      row('max_parallel_workers_per_gather', ({ parallelPerQuery }) => `${parallelPerQuery}`),
      row('shm_size', ({ shm }) => `${shm} MB`),
    ],
  );
}

function diskTable(names: readonly string[]): string {
  const budgets = names.map(budgetOf);
  const lines = budgets[0]?.diskForecast.lines ?? [];
  const rows = lines.map(({ what }) => [
    what,
    ...budgets.map(({ diskForecast }) => {
      const line = diskForecast.lines.find((one) => one.what === what);
      return line === undefined ? '' : line.gib.toFixed(1);
    }),
  ]);
  return markdownTable(
    ['GiB after a year', ...names],
    [...rows, ['Sum', ...budgets.map(({ diskForecast }) => diskForecast.afterAYear.toFixed(1))]],
  );
}

const TIERS = Object.keys(LAYOUTS);

/** What stands between `<!-- name -->` and `<!-- end -->`, made from the code; `block` is what stands there now. */
export const BLOCKS: Readonly<Record<string, (block: string) => string>> = {
  ...Object.fromEntries(TIERS.map((name) => [`memory ${name}`, (block: string) => memoryTable(name, block)])),
  ladder: ladderTable,
  postgres: () => postgresTable(TIERS),
  disk: () => diskTable(TIERS),
};
