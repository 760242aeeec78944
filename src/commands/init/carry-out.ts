import { takeLock } from '../../apply/lock.ts';
import type { Tools } from '../../apply/tools.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { PasswordSource } from '../../outside/operator.ts';
import { createOperator } from '../../outside/operator.ts';
import type { Facts } from '../../plan/facts.ts';
import type { Goal } from '../../plan/goal.ts';
import { DATABASE_BOX_STEPS } from '../../steps/database-box.ts';
import { STEPS } from '../../steps/index.ts';
import type { Begun } from './begin.ts';
import type { Connection } from './connection.ts';
import type { Decision } from './decide.ts';
import { afterwards, recordKeys, stillPending } from './end.ts';
import { runSteps } from './run-steps.ts';
import type { Survey } from './survey.ts';
import { keptDatabaseNotes, upgradeResult } from './upgrade.ts';

/** Brings the machines in line with the plan, under the lock of each, and tells how it ended. */
export const carryOut = async (
  { machine, connection }: Pick<Begun, 'machine'> & { readonly connection: Connection },
  surveyed: Survey,
  { sides, facts, signingKey }: Decision,
  password: PasswordSource,
  options: InitOptions,
  context: CommandContext,
): Promise<ExitCode> => {
  const { answers, store, access, settings, looks, lookOutside } = surveyed;
  const { host, scripts } = machine;
  const lock = await takeLock(host, scripts);
  const boxLock = access.box && (await takeLock(access.box, scripts));
  try {
    const operator = createOperator({
      answers,
      settings,
      wait: options.wait ?? 0,
      password,
      note: (line) => context.ui.note(line),
    });
    const toolsOn =
      (on: Host) =>
      (goal: Goal, progress: Tools['progress'], signal: AbortSignal): Tools => ({
        host: on,
        goal,
        operator,
        scripts,
        databasePassword: access.password,
        ...(signingKey !== undefined && { signingKey }),
        version: context.version,
        progress,
        signal,
      });
    /** Before each look: whoever lost the lock with its connection must not go on. */
    const held =
      <T extends unknown[]>(look: (...args: T) => Promise<Facts>) =>
      async (...args: T): Promise<Facts> => {
        await lock.hold();
        await boxLock?.hold();
        return look(...args);
      };
    const done = await runSteps({
      steps: STEPS,
      situation: sides.app,
      look: held(looks.atApp),
      toolsFor: toolsOn(host),
      start: await held(looks.atApp)(facts, context.signal),
      ...(access.box && {
        databaseBox: {
          name: access.box.name,
          steps: DATABASE_BOX_STEPS,
          situation: sides.databaseBox,
          look: held(looks.atDatabaseBox),
          toolsFor: toolsOn(access.box),
        },
      }),
      lookOutside,
      log: (line) => connection.log.line(line),
      context,
    });
    await recordKeys(done.facts, store);
    const { host: after } = done.facts;
    for (const line of [...upgradeResult(facts.host, after), ...keptDatabaseNotes(after)])
      context.ui.note(line);
    await afterwards(sides.app(done.facts), connection.host.name, store, password, context);
    return done.pending.length > 0 ? stillPending(done.pending, context) : EXIT.done;
  } finally {
    // A connection that is lost has given the lock back by that; its failure is the one to be told.
    await lock.release().catch(() => {});
    await boxLock?.release().catch(() => {});
  }
};
