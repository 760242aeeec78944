import { converge, notConverging, type Situation } from '../../apply/converge.ts';
import type { Tools } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { FailureText } from '../../errors.ts';
import type { Facts, OutsideFacts } from '../../plan/facts.ts';
import type { Goal } from '../../plan/goal.ts';
import type { Step } from '../../steps/step.ts';

/** A machine that is brought in line: its steps, and how it is seen and changed. */
interface Side {
  readonly steps: readonly Step[];
  readonly situation: (facts: Facts) => Situation;
  /** Looks again at this machine; the rest of the facts stays as it was. */
  readonly look: (facts: Facts, signal: AbortSignal) => Promise<Facts>;
  readonly toolsFor: (goal: Goal, progress: Tools['progress'], signal: AbortSignal) => Tools;
}

export interface StepsRun extends Side {
  readonly start: Facts;
  /** The second machine. What it needs comes first under each step. */
  readonly databaseBox?: Side & { readonly name: string };
  readonly lookOutside: () => Promise<OutsideFacts>;
  readonly log: (line: string) => void;
  readonly context: CommandContext;
}

export interface StepsDone {
  readonly pending: readonly FailureText[];
  readonly facts: Facts;
}

/** Steps whose plan depends on what is seen from outside. */
const LOOKS_OUTSIDE: ReadonlySet<string> = new Set(['well-known', 'federation']);

/**
 * Brings the steps one after another to an empty plan, each a line on the screen, and looks once more at the end:
 * what a later step changed must not have undone an earlier one.
 * @returns what only somebody else can finish, and the facts of the last look.
 */
export const runSteps = async (run: StepsRun): Promise<StepsDone> => {
  let facts = run.start;
  /** Something changed since the last look from outside: what was green may not be any more. */
  let outsideIsOld = false;
  const pending: FailureText[] = [];
  const waitingFor = new Set<string>();

  const changesOf = (side: Side, step: Step) => {
    const { goal, facts: seen } = side.situation(facts);
    return step.changes(goal, seen).filter(({ kind }) => !waitingFor.has(kind));
  };
  const boxStep = (step: Step) => run.databaseBox?.steps.find(({ id }) => id === step.id);
  const isOpenThere = (step: Step): boolean => {
    const there = boxStep(step);
    return (
      run.databaseBox !== undefined && there !== undefined && changesOf(run.databaseBox, there).length > 0
    );
  };
  const isOpen = (step: Step): boolean => changesOf(run, step).length > 0 || isOpenThere(step);

  const convergeOn = async (side: Side, step: Step, progress: Tools['progress'], signal: AbortSignal) => {
    const look = async () => {
      facts = await side.look(facts, signal);
      if (LOOKS_OUTSIDE.has(step.id)) facts = { ...facts, outside: await run.lookOutside() };
      return side.situation(facts);
    };
    if (LOOKS_OUTSIDE.has(step.id) && outsideIsOld) await look();
    const tools = (goal: Goal) => side.toolsFor(goal, progress, signal);
    return converge(step, side.situation(facts), look, tools, run.log);
  };

  const apply = async (step: Step, progress: Tools['progress'], signal: AbortSignal): Promise<void> => {
    if (!LOOKS_OUTSIDE.has(step.id)) outsideIsOld ||= isOpen(step);
    const there = boxStep(step);
    if (run.databaseBox !== undefined && there !== undefined && isOpenThere(step)) {
      const { name } = run.databaseBox;
      await convergeOn(run.databaseBox, there, (line) => progress(`on ${name}: ${line}`), signal);
      // The database is seen from the first machine: what was changed there shows here.
      facts = await run.look(facts, signal);
    }
    const done = await convergeOn(run, step, progress, signal);
    for (const { kind, text } of done.pending) {
      waitingFor.add(kind);
      pending.push(text);
    }
    if (step.id === 'federation') outsideIsOld = false;
  };

  await run.context.ui.run(
    run.steps.map((step) => ({
      id: step.id,
      title: step.title,
      skip: () =>
        isOpen(step) || (LOOKS_OUTSIDE.has(step.id) && outsideIsOld) ? undefined : 'nothing to do',
      run: (progress: Tools['progress'], signal: AbortSignal) => apply(step, progress, signal),
    })),
    run.context.signal,
  );

  const open = run.steps.find(isOpen);
  if (open) throw notConverging(open, isOpenThere(open) ? [] : changesOf(run, open));
  return { pending, facts };
};
