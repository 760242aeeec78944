import type { Answers } from '../../answers/answers.ts';
import type { Situation } from '../../apply/converge.ts';
import { createRehearsal, type Rehearsal } from '../../apply/rehearsal.ts';
import type { Tools } from '../../apply/tools.ts';
import { rehearsedOperator } from '../../outside/rehearsed.ts';
import type { Facts } from '../../plan/facts.ts';
import type { RehearsedStep } from './print-commands.ts';
import type { PlannedOnBoth, Situations } from './situations.ts';

interface RehearsedRun {
  readonly planned: readonly PlannedOnBoth[];
  readonly sides: Situations;
  readonly facts: Facts;
  readonly answers: Answers;
  readonly scripts: Tools['scripts'];
  /** How the first machine is called. */
  readonly machine: string;
}

/** The plan with a rehearsal for each machine: what the second one needs comes first under each step. */
export const rehearseBoth = ({
  planned,
  sides,
  facts,
  answers,
  scripts,
  machine,
}: RehearsedRun): RehearsedStep[] => {
  const rehearsalOn = (name: string, { goal, facts: seen }: Situation): Rehearsal =>
    createRehearsal({
      name,
      goal,
      scripts,
      imageLock: seen.host.imageLock,
      operatorThat: (tell) => rehearsedOperator(answers, tell),
    });
  const here = rehearsalOn(machine, sides.app(facts));
  const there = facts.databaseBox && {
    machine: facts.databaseBox.name,
    rehearsal: rehearsalOn(facts.databaseBox.name, sides.databaseBox(facts)),
  };
  return planned.map(({ title, changes, there: second }) => ({
    title,
    parts: [
      ...(there && second ? [{ ...there, changes: second.changes }] : []),
      { machine, changes, rehearsal: here },
    ],
  }));
};
