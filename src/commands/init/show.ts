import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { distanceText } from '../../database/judge.ts';
import { describeChange } from '../../plan/describe.ts';
import type { Facts } from '../../plan/facts.ts';
import type { DatabasePlace } from '../../render/database-place.ts';
import type { ShownPlan } from '../../ui/plan.ts';
import { showMemory } from '../plan/budget.ts';
import type { Budgets } from './budget.ts';
import type { PlannedOnBoth } from './situations.ts';

/** How the machines are divided, how far apart they are, and what has to be said about it. */
export const showBudgets = (
  { app, databaseBox }: Budgets,
  { database, databaseBox: box }: Facts,
  place: DatabasePlace,
  context: CommandContext,
): void => {
  showMemory(app, context.ui);
  for (const note of app.notes) context.ui.note(note);
  context.ui.print('');
  if (databaseBox !== undefined && box !== undefined) {
    context.ui.print(`The database machine, ${box.name}:`);
    showMemory(databaseBox, context.ui);
    for (const note of databaseBox.notes) context.ui.note(note);
    context.ui.print('');
  }
  if (place.kind === 'elsewhere' && database?.seen?.reached)
    context.ui.note(distanceText(database.seen, place));
};

/** The plan as text per change; what is done on the second machine says so. */
export const shownPlan = (planned: readonly PlannedOnBoth[]): ShownPlan => ({
  steps: planned.map(({ title, changes, there }) => ({
    title,
    changes: [
      ...(there?.changes ?? []).map((change) => `on ${there?.name}: ${describeChange(change)}`),
      ...changes.map(describeChange),
    ],
  })),
});

/** Asks once before the first change; `--yes` and runs without a terminal have said so already. */
export const agree = async (options: InitOptions, context: CommandContext): Promise<void> => {
  if (options.yes || !context.interactive) return;
  const { createPrompts } = await import('../../answers/prompt.ts');
  const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
  if (await prompts.confirm('Go ahead?', true)) return;
  throw Object.assign(new Error('the plan was not agreed to'), { name: 'AbortError' });
};
