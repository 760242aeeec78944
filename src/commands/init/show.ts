import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { describeChange } from '../../plan/describe.ts';
import type { PlannedStep } from '../../plan/plan.ts';
import type { Budget } from '../../sizing/budget.ts';
import type { ShownPlan } from '../../ui/plan.ts';
import { showMemory } from '../plan/budget.ts';

/** How the box is divided, and what has to be said about it. */
export const showBudget = (budget: Budget, context: CommandContext): void => {
  showMemory(budget, context.ui);
  for (const note of budget.notes) context.ui.note(note);
  context.ui.print('');
};

/** The plan as text per change. */
export const shownPlan = (planned: readonly PlannedStep[]): ShownPlan => ({
  steps: planned.map(({ title, changes }) => ({ title, changes: changes.map(describeChange) })),
});

/** Asks once before the first change; `--yes` and runs without a terminal have said so already. */
export const agree = async (options: InitOptions, context: CommandContext): Promise<void> => {
  if (options.yes || !context.interactive) return;
  const { createPrompts } = await import('../../answers/prompt.ts');
  const prompts = createPrompts({ resume: context.resume, signal: context.signal });
  if (await prompts.confirm('Go ahead?', true)) return;
  throw Object.assign(new Error('the plan was not agreed to'), { name: 'AbortError' });
};
