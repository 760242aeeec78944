import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { distanceText } from '../../database/judge.ts';
import { changedPaths, detailChange, type Texts } from '../../plan/detail.ts';
import type { Facts, HostFacts } from '../../plan/facts.ts';
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

/** A machine as it is, and the texts of its files that the plan changes. */
interface Seen {
  readonly host: HostFacts;
  readonly texts: Texts;
}

export interface ShownWith {
  readonly app: Seen;
  readonly there?: Seen;
  /** Every line of every difference. */
  readonly full: boolean;
}

/** The files that the plan changes: on the machine, and on the second one. */
export const pathsOf = (
  planned: readonly PlannedOnBoth[],
): { readonly app: string[]; readonly there: string[] } => ({
  app: changedPaths(planned.flatMap(({ changes }) => changes)),
  there: changedPaths(planned.flatMap(({ there }) => there?.changes ?? [])),
});

/** The plan as text per change, with what changes in files; what is done on the second machine says so. */
export const shownPlan = (planned: readonly PlannedOnBoth[], { app, there, full }: ShownWith): ShownPlan => ({
  steps: planned.map((step) => ({
    title: step.title,
    changes: [
      ...(step.there?.changes ?? []).map(
        (change) =>
          `on ${step.there?.name}: ${detailChange(change, (there ?? app).host, there?.texts ?? {}, full)}`,
      ),
      ...step.changes.map((change) => detailChange(change, app.host, app.texts, full)),
    ],
  })),
});

/**
 * Asks once before the first change; `--yes` and runs without a terminal have said so already.
 * @param enter what Enter alone means
 */
export const agree = async (
  options: InitOptions,
  context: CommandContext,
  enter: 'yes' | 'no' = 'yes',
): Promise<void> => {
  if (options.yes || !context.interactive) return;
  const { createPrompts } = await import('../../answers/prompt.ts');
  const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
  if (await prompts.confirm('Go ahead?', enter === 'yes')) return;
  throw Object.assign(new Error('the plan was not agreed to'), { name: 'AbortError' });
};
