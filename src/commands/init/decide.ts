import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import type { Facts } from '../../plan/facts.ts';
import { loadTemplates } from '../../render-io/load-templates.ts';
import type { Begun } from './begin.ts';
import { type Budgets, budgetsOf } from './budget.ts';
import { decideEdits, type Edited, editedFiles } from './edits.ts';
import { clearTheWay, preflightOf } from './preflight.ts';
import { givenSigningKey } from './signing-key.ts';
import { type PlannedOnBoth, planBoth, type Situations, situations } from './situations.ts';
import type { Survey } from './survey.ts';
import { withSchemaLook, withUpgradeLook } from './upgrade.ts';

/** What is to be done, as data, and all that it follows from. */
export interface Decision {
  readonly budgets: Budgets;
  readonly sides: Situations;
  readonly facts: Facts;
  readonly edited: readonly Edited[];
  readonly planned: readonly PlannedOnBoth[];
  /** The text of `--signing-key-file`. Secret. */
  readonly signingKey?: string;
}

/**
 * Sizes the machines, sees that nothing is in the way, settles what becomes of hand edits, and plans.
 * @throws Refusal, with everything that is in the way at once.
 */
export const decide = async (
  { machine }: Begun,
  { answers, seen, looks, looking }: Survey,
  options: InitOptions,
  context: CommandContext,
): Promise<Decision> => {
  const { budgets, problems: tooSmall } = budgetsOf(answers, seen);
  const templates = loadTemplates();
  const signingKey = givenSigningKey(options, context);
  const consent = {
    accepted: options.accept,
    withoutBackup: options.noBackup,
    ...(signingKey && { signingKey: signingKey.keys }),
  };
  const undecided = situations(answers, budgets, templates, consent, options.edits);
  const cleared = await clearTheWay({
    problems: (now) => [...tooSmall, ...preflightOf(undecided.app(now))],
    start: await withUpgradeLook(seen, undecided.app(seen), machine, context.signal),
    wait: options.wait ?? 0,
    // What an upgrade waits for is on the machine, or in the database elsewhere.
    look: async (before) => {
      const now = await looking.again(before);
      if (now.upgrade === undefined) return now;
      return withSchemaLook(await looks.atApp(now, context.signal), machine, context.signal);
    },
    context,
  });
  const facts = await looks.withNarrowing(cleared, answers, context.signal);
  const choices = await decideEdits(editedFiles(undecided, facts), options, context);
  const sides = situations(answers, budgets, templates, consent, choices);
  const planned = planBoth(sides, facts);
  return {
    budgets,
    sides,
    facts,
    edited: editedFiles(sides, facts),
    planned,
    ...(signingKey && { signingKey: signingKey.text }),
  };
};
