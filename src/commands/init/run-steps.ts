import { converge, notConverging, type Situation } from '../../apply/converge.ts';
import type { Tools } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { FailureText } from '../../errors.ts';
import type { Facts, HostFacts, OutsideFacts } from '../../plan/facts.ts';
import type { Goal } from '../../plan/goal.ts';
import type { Step } from '../../steps/step.ts';

export interface StepsRun {
  readonly start: Situation;
  readonly lookInside: (signal: AbortSignal) => Promise<HostFacts>;
  readonly lookOutside: () => Promise<OutsideFacts>;
  readonly situation: (facts: Facts) => Situation;
  readonly toolsFor: (goal: Goal, progress: Tools['progress'], signal: AbortSignal) => Tools;
  readonly log: (line: string) => void;
  readonly context: CommandContext;
}

/** Steps whose plan depends on what is seen from outside. */
const LOOKS_OUTSIDE: ReadonlySet<string> = new Set(['well-known', 'federation']);

/**
 * Brings the steps one after another to an empty plan, each a line on the screen, and looks once more at the end:
 * what a later step changed must not have undone an earlier one.
 * @returns what only somebody else can finish.
 */
export const runSteps = async (steps: readonly Step[], run: StepsRun): Promise<FailureText[]> => {
  let now = run.start;
  /** Something changed since the last look from outside: what was green may not be any more. */
  let outsideIsOld = false;
  const pending: FailureText[] = [];
  const waitingFor = new Set<string>();
  const isOpen = (step: Step): boolean =>
    step.changes(now.goal, now.facts).some(({ kind }) => !waitingFor.has(kind));

  const apply = async (step: Step, progress: Tools['progress'], signal: AbortSignal): Promise<void> => {
    const look = async () => {
      const host = await run.lookInside(signal);
      const outside = LOOKS_OUTSIDE.has(step.id) ? await run.lookOutside() : now.facts.outside;
      return run.situation({ host, outside });
    };
    if (LOOKS_OUTSIDE.has(step.id) && outsideIsOld) now = await look();
    if (!LOOKS_OUTSIDE.has(step.id)) outsideIsOld ||= isOpen(step);
    const done = await converge(step, now, look, (goal) => run.toolsFor(goal, progress, signal), run.log);
    now = done.situation;
    for (const { kind, text } of done.pending) {
      waitingFor.add(kind);
      pending.push(text);
    }
    if (step.id === 'federation') outsideIsOld = false;
  };

  await run.context.ui.run(
    steps.map((step) => ({
      id: step.id,
      title: step.title,
      skip: () =>
        isOpen(step) || (LOOKS_OUTSIDE.has(step.id) && outsideIsOld) ? undefined : 'nothing to do',
      run: (progress: Tools['progress'], signal: AbortSignal) => apply(step, progress, signal),
    })),
    run.context.signal,
  );

  const open = steps.find(isOpen);
  if (open) throw notConverging(open, open.changes(now.goal, now.facts));
  return pending;
};
