import type { Answers } from '../../answers/answers.ts';
import type { Situation } from '../../apply/converge.ts';
import { type EditChoices, NO_CHOICES } from '../../edits/hand-edits.ts';
import { desire } from '../../plan/desire.ts';
import { desireDatabaseBox } from '../../plan/desire-database-box.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Consent } from '../../plan/goal.ts';
import { type PlannedStep, planSteps } from '../../plan/plan.ts';
import { RELEASE } from '../../releases/release.ts';
import type { Templates } from '../../render/templates.ts';
import { DATABASE_BOX_STEPS } from '../../steps/database-box.ts';
import { STEPS } from '../../steps/index.ts';
import type { Budgets } from './budget.ts';

/** What ought to be and what is, for each machine. */
export interface Situations {
  readonly app: (facts: Facts) => Situation;
  /** The facts of the second machine in the place of the first one's. */
  readonly databaseBox: (facts: Facts) => Situation;
}

export const situations = (
  answers: Answers,
  budgets: Budgets,
  templates: Templates,
  consent: Consent,
  choices: EditChoices = NO_CHOICES,
): Situations => {
  const app = (facts: Facts): Situation => ({
    goal: desire(answers, budgets.app, facts, RELEASE, templates, consent, choices),
    facts,
  });
  return {
    app,
    databaseBox(facts) {
      const { databaseBox: box } = facts;
      if (box === undefined || budgets.databaseBox === undefined)
        throw new Error('there is no second machine');
      return {
        goal: desireDatabaseBox(app(facts).goal, budgets.databaseBox, box, facts.host, templates, choices),
        facts: { ...facts, host: box.host },
      };
    },
  };
};

/** The six steps with all that is to be done under each; what the second machine needs is done before the rest. */
export interface PlannedOnBoth extends PlannedStep {
  /** On the second machine, and how it is called. */
  readonly there?: { readonly name: string; readonly changes: PlannedStep['changes'] };
}

/** The plan for both machines, as far as it can be seen now. */
export const planBoth = (sides: Situations, facts: Facts): PlannedOnBoth[] => {
  const app = sides.app(facts);
  const planned = planSteps(STEPS, app.goal, app.facts);
  const { databaseBox } = facts;
  if (databaseBox === undefined) return planned;
  const there = sides.databaseBox(facts);
  const second = planSteps(DATABASE_BOX_STEPS, there.goal, there.facts);
  return planned.map((step) => {
    const changes = second.find(({ id }) => id === step.id)?.changes ?? [];
    return changes.length === 0 ? step : { ...step, there: { name: databaseBox.name, changes } };
  });
};
