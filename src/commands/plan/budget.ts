import type { Budget, BudgetLine } from '../../sizing/budget.ts';
import type { Ui } from '../../ui/ui.ts';
import { gb } from './units.ts';

/** The line that is nobody's: what is left for Linux to cache files in (sizing/shares). */
const isFree = ({ what }: BudgetLine): boolean => what.startsWith('Page cache');

/** MiB that somebody is promised. */
export const plannedMib = ({ lines }: Pick<Budget, 'lines'>): number =>
  lines.filter((line) => !isFree(line)).reduce((sum, { mib }) => sum + mib, 0);

/** MiB of the lines whose name begins so: `Postgres`, `Reserve`. */
export const mibOf = ({ lines }: Pick<Budget, 'lines'>, name: string): number =>
  lines.filter(({ what }) => what.startsWith(name)).reduce((sum, { mib }) => sum + mib, 0);

/** The memory as a table with bars and its sum, and why there are as many processes as there are. */
export function showMemory(budget: Pick<Budget, 'lines' | 'box'> & Partial<Budget>, ui: Ui): void {
  ui.bars({
    rows: budget.lines.map((line) => ({ name: line.what, amount: line.mib, free: isFree(line) })),
    whole: budget.box,
    unit: 'MiB',
  });
  ui.print(`${gb(plannedMib(budget))} of ${gb(budget.box)} GB planned.`);
  if (budget.layout !== undefined) ui.print(`\n${budget.layout.join('\n')}`);
}
