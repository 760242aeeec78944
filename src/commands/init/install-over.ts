import { script } from '../../apply/script.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { isEmpty } from '../../plan/plan.ts';
import { settleAnswers } from './answers.ts';
import { type Begun, begin } from './begin.ts';
import { carryOut } from './carry-out.ts';
import type { Connection } from './connection.ts';
import { openDatabase } from './database.ts';
import { decide } from './decide.ts';
import { nameEdits } from './edits.ts';
import { nothingToDo, recordKeys } from './end.ts';
import { passwordSource } from './password.ts';
import { previewCommands, previewPlan } from './preview.ts';
import { rollBack } from './rollback.ts';
import { agree } from './show.ts';
import { type Survey, survey } from './survey.ts';
import { planValues } from './told.ts';
import { keptDatabaseNotes } from './upgrade.ts';

/** From facts to proof over an open connection. */
export const installOver = async (
  connection: Connection,
  options: InitOptions,
  context: CommandContext,
): Promise<ExitCode> => {
  const begun = await begin(connection, options, context);
  if (typeof begun === 'number') return begun;
  const { machine, first, interrupted } = begun;
  if (options.rollback && interrupted?.state === 'returning') return EXIT.done;
  if (options.rollback) return rollBack(first, machine, options, context);
  const { answers, store } = await settleAnswers(options, context, connection.inputs, first);
  const probe = script(machine, 'probe-database.sh');
  const access = await openDatabase(answers, options, context, connection, probe);
  try {
    const surveyed = await survey(begun, { answers, store, access }, connection, options, context);
    return await bringInLine(begun, surveyed, connection, options, context);
  } finally {
    await access.close();
  }
};

/** Plans, shows, and, where that is wanted, applies. */
const bringInLine = async (
  begun: Begun,
  surveyed: Survey,
  connection: Connection,
  options: InitOptions,
  context: CommandContext,
): Promise<ExitCode> => {
  const decision = await decide(begun, surveyed, options, context);
  const { planned, facts, edited } = decision;
  const { answers, store } = surveyed;
  const now = decision.sides.app(facts);
  context.events.emit('plan', planValues(planned));
  if (isEmpty(planned)) {
    if (!options.check) await recordKeys(facts, store);
    await nothingToDo(now.goal, store, context);
    for (const line of keptDatabaseNotes(facts.host)) context.ui.note(line);
    nameEdits(edited, context.ui);
    return EXIT.done;
  }
  if (options.printCommands) {
    await previewCommands(begun, surveyed, decision, context);
    context.ui.note('Nothing was changed.');
    return EXIT.done;
  }
  await previewPlan(connection.host, surveyed, decision, options, context);
  if (options.check) {
    context.ui.note('Check: nothing was changed; what is to be done stands above.');
    return EXIT.changes;
  }
  if (options.dryRun) {
    context.ui.note('Dry run: nothing was changed.');
    return EXIT.done;
  }
  const password = await passwordSource(options, context, store, now);
  const losesPeople = facts.narrowing !== undefined && facts.narrowing.seen?.rooms !== 0;
  await agree(options, context, losesPeople ? 'no' : 'yes');
  await store.writeAnswers(answers);
  return carryOut({ ...begun, connection }, surveyed, decision, password, options, context);
};
