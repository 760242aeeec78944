import { printAnswers } from '../answers/print.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import { script } from '../apply/script.ts';
import type { CommandContext } from '../cli/context.ts';
import { gatherInputs } from '../cli/inputs.ts';
import type { InitOptions } from '../cli/options.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { isEmpty } from '../plan/plan.ts';
import { settleAnswers } from './init/answers.ts';
import { type Begun, begin } from './init/begin.ts';
import { carryOut } from './init/carry-out.ts';
import { type Connection, noteUnsaid, openConnection } from './init/connection.ts';
import { openDatabase } from './init/database.ts';
import { decide } from './init/decide.ts';
import { nameEdits } from './init/edits.ts';
import { nothingToDo, recordKeys } from './init/end.ts';
import { explain } from './init/explain.ts';
import { passwordSource } from './init/password.ts';
import { previewCommands, previewPlan } from './init/preview.ts';
import { rollBack } from './init/rollback.ts';
import { agree } from './init/show.ts';
import { type Survey, survey } from './init/survey.ts';
import { planValues } from './init/told.ts';

/**
 * The whole of `init`: facts, answers, plan, apply, proof. A rerun is the same code: with an empty plan it
 * ends before anything is written.
 */
export const run = async (options: InitOptions, context: CommandContext): Promise<ExitCode> => {
  if (options.printAnswers) {
    context.ui.print(printAnswers(resolveAnswers(gatherInputs(options, context.env))));
    return EXIT.done;
  }
  if (options.explainAnswers) return explain(options, context);
  noteUnsaid(options, context);
  const connection = await openConnection(options, context);
  try {
    return await installOver(connection, options, context);
  } finally {
    await connection.host.close();
  }
};

/** From facts to proof over an open connection. */
export const installOver = async (
  connection: Connection,
  options: InitOptions,
  context: CommandContext,
): Promise<ExitCode> => {
  const begun = await begin(connection, options, context);
  if (typeof begun === 'number') return begun;
  const { machine, first } = begun;
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
  await agree(options, context);
  await store.writeAnswers(answers);
  return carryOut({ ...begun, connection }, surveyed, decision, password, options, context);
};
