import type { Answers } from '../../answers/answers.ts';
import type { Situation } from '../../apply/converge.ts';
import type { Tools } from '../../apply/tools.ts';
import { createTranscript, type Transcript } from '../../apply/transcript.ts';
import { tellingOperator } from '../../outside/telling-operator.ts';
import type { Facts } from '../../plan/facts.ts';
import type { TranscribedStep } from './print-commands.ts';
import type { PlannedOnBoth, Situations } from './situations.ts';

interface TranscribedRun {
  readonly planned: readonly PlannedOnBoth[];
  readonly sides: Situations;
  readonly facts: Facts;
  readonly answers: Answers;
  readonly scripts: Tools['scripts'];
  /** How the first machine is called. */
  readonly machine: string;
}

/** The plan with a transcript for each machine: what the second one needs comes first under each step. */
export const transcribeBoth = ({
  planned,
  sides,
  facts,
  answers,
  scripts,
  machine,
}: TranscribedRun): TranscribedStep[] => {
  const transcriptOn = (name: string, { goal, facts: seen }: Situation): Transcript =>
    createTranscript({
      name,
      goal,
      scripts,
      imageLock: seen.host.imageLock,
      operatorThat: (tell) => tellingOperator(answers, tell),
    });
  const here = transcriptOn(machine, sides.app(facts));
  const there = facts.databaseBox && {
    machine: facts.databaseBox.name,
    transcript: transcriptOn(facts.databaseBox.name, sides.databaseBox(facts)),
  };
  return planned.map(({ title, changes, there: second }) => ({
    title,
    parts: [
      ...(there && second ? [{ ...there, changes: second.changes }] : []),
      { machine, changes, transcript: here },
    ],
  }));
};
