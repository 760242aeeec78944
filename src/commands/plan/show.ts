import type { PlanOptions } from '../../cli/options.ts';
import type { Budget } from '../../sizing/budget.ts';
import type { Ui } from '../../ui/ui.ts';
import type { PlannedBox } from './box.ts';
import { showMemory } from './budget.ts';
import { diskLine, postgresLine } from './figures.ts';
import { PROCESS_LEGEND, processGrid } from './processes.ts';
import { showWhy } from './why.ts';

/** The plan for people, on stdout: it is the result. */
export function showPlan(budget: Budget, planned: PlannedBox, options: PlanOptions, ui: Ui): void {
  ui.print(planned.words);
  for (const note of planned.notes) ui.print(note);
  ui.print('');
  showMemory(budget, ui);
  ui.print('');
  ui.grid(processGrid(budget.processes));
  ui.print(PROCESS_LEGEND);
  ui.print('');
  ui.print(postgresLine(budget));
  ui.print(diskLine(budget));
  const notes = budget.notes.filter((note) => !planned.notes.includes(note));
  if (notes.length > 0) ui.print(`\nNotes:\n${notes.map((note) => `- ${note}`).join('\n')}`);
  if (options.why) showWhy(budget, ui);
}
