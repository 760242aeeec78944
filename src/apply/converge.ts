import { Failure, type FailureText } from '../errors.ts';
import type { Change } from '../plan/change.ts';
import { describeChange } from '../plan/describe.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import type { Step } from '../steps/step.ts';
import { applyChange } from './index.ts';
import type { Tools } from './tools.ts';

/** The goal and the facts as they are now; taken anew after every round of changes. */
export interface Situation {
  readonly goal: Goal;
  readonly facts: Facts;
}

export interface Converged {
  /** The situation after the last look. */
  readonly situation: Situation;
  /** What only somebody else can finish, with the kind of change that waits for it. */
  readonly pending: readonly { readonly kind: Change['kind']; readonly text: FailureText }[];
}

/**
 * A change may bring another to light (an installed engine turns out to need a setting). Three rounds are more
 * than any step needs; a step that is still not done then would never be.
 */
const MAXIMUM_ROUNDS = 3;

/**
 * Applies a step's changes until its plan is empty: the proof that it is done is the same function that planned
 * it. Stops with the first failure; what was applied stays, and the next run goes on from there.
 */
export const converge = async (
  step: Step,
  start: Situation,
  look: () => Promise<Situation>,
  toolsFor: (goal: Goal) => Tools,
  log: (line: string) => void,
): Promise<Converged> => {
  let situation = start;
  const pending = new Map<Change['kind'], FailureText>();

  for (let round = 0; ; round += 1) {
    const changes = step.changes(situation.goal, situation.facts).filter(({ kind }) => !pending.has(kind));
    if (changes.length === 0) {
      return { situation, pending: [...pending].map(([kind, text]) => ({ kind, text })) };
    }
    if (round === MAXIMUM_ROUNDS) throw notConverging(step, changes);

    const tools = toolsFor(situation.goal);
    for (const change of changes) {
      tools.signal.throwIfAborted();
      const line = describeChange(change);
      log(`${step.id}: ${line}`);
      tools.progress(line);
      const outcome = await applyChange(change, tools);
      if (outcome !== 'done') pending.set(change.kind, outcome.pending);
    }
    situation = await look();
  }
};

export const notConverging = (step: Step, changes: readonly Change[]): Failure =>
  new Failure({
    code: 'MB-NOT-CONVERGING',
    what: `"${step.title}" was applied, but the machine still differs.`,
    why: changes.map(describeChange).join('; '),
    fix: ['Something else on the machine may undo it (configuration management, a hardening script).'],
    safe: 'The server runs with what was applied.',
  });
