import type { Budget, BudgetLine, BudgetPart } from '../../sizing/budget.ts';
import type { Ui } from '../../ui/ui.ts';
import { gb } from './units.ts';

const isFree = ({ part }: BudgetLine): boolean => part === 'free';

/** MiB that somebody is promised. */
export const plannedMib = ({ lines }: Pick<Budget, 'lines'>): number =>
  lines.filter((line) => !isFree(line)).reduce((sum, { mib }) => sum + mib, 0);

/** MiB of all lines of a part. */
export const mibOf = ({ lines }: Pick<Budget, 'lines'>, part: BudgetPart): number =>
  lines.filter((line) => line.part === part).reduce((sum, { mib }) => sum + mib, 0);

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
