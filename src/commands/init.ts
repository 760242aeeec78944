import { printAnswers } from '../answers/print.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import type { Store } from '../answers/store.ts';
import { loadScripts } from '../apply/load-scripts.ts';
import { takeLock } from '../apply/lock.ts';
import { script } from '../apply/script.ts';
import type { Tools } from '../apply/tools.ts';
import type { CommandContext } from '../cli/context.ts';
import { gatherInputs } from '../cli/inputs.ts';
import type { InitOptions } from '../cli/options.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { factsScript, gatherFacts } from '../host/facts/index.ts';
import { summaryOf } from '../host/facts/summary.ts';
import type { Host, Target } from '../host/host.ts';
import { loggedHost } from '../host/logged.ts';
import { readTexts } from '../host/read-texts.ts';
import { lookFromOutside } from '../outside/look.ts';
import { createOperator } from '../outside/operator.ts';
import type { Facts } from '../plan/facts.ts';
import type { Goal } from '../plan/goal.ts';
import { isEmpty } from '../plan/plan.ts';
import { RELEASE } from '../releases/release.ts';
import { loadTemplates } from '../render-io/load-templates.ts';
import { DATABASE_BOX_STEPS } from '../steps/database-box.ts';
import { STEPS } from '../steps/index.ts';
import { settleAnswers } from './init/answers.ts';
import { budgetsOf } from './init/budget.ts';
import { type Connection, openConnection } from './init/connection.ts';
import { type DatabaseElsewhereAccess, openDatabase } from './init/database.ts';
import { lookEarly } from './init/early-look.ts';
import { decideEdits, editedFiles, nameEdits, showEdits } from './init/edits.ts';
import { afterwards, nothingToDo, stillPending } from './init/end.ts';
import { explain } from './init/explain.ts';
import { createLooking } from './init/first-look.ts';
import { createLooks } from './init/looks.ts';
import { outsideSettings } from './init/outside-settings.ts';
import { passwordSource } from './init/password.ts';
import { clearTheWay, preflightOf } from './init/preflight.ts';
import { printCommands } from './init/print-commands.ts';
import { rollBack } from './init/rollback.ts';
import { runSteps } from './init/run-steps.ts';
import { agree, pathsOf, showBudgets, shownPlan } from './init/show.ts';
import { planBoth, situations } from './init/situations.ts';
import { factsValues, planValues } from './init/told.ts';
import { transcribeBoth } from './init/transcripts.ts';
import {
  finishInterrupted,
  interruptedUpgrade,
  upgradeNews,
  upgradeResult,
  withUpgradeLook,
} from './init/upgrade.ts';

export { problems } from './init/problems.ts';

/** As the connection chooses: `localhost` without a login and a port is no way to anywhere else. */
const isThisMachine = ({ host, user, port }: Target, { ssh }: InitOptions): boolean =>
  ssh === 'local' || (ssh === undefined && host === 'localhost' && user === undefined && port === undefined);

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
  const host: Host = loggedHost(connection.host, (script, result) => connection.log.command(script, result));
  const scripts = loadScripts();
  let database: DatabaseElsewhereAccess | undefined;
  try {
    const early = await lookEarly(connection.inputs, context.env, (answers, recordedKeys) =>
      lookFromOutside(
        answers,
        connection.target.host,
        { ...outsideSettings(options), recordedKeys },
        context.signal,
      ),
    );
    let first = await gatherFacts(connection.host, context.signal);
    connection.log.line(`facts: ${summaryOf(first)}`);
    const interrupted = interruptedUpgrade(first);
    if (interrupted !== undefined) {
      if (options.dryRun || options.check || options.printCommands) {
        context.ui.note(
          `An upgrade to Synapse ${interrupted.to} is under way; a run that may change something brings it to its end first.`,
        );
        return options.check ? EXIT.changes : EXIT.done;
      }
      await finishInterrupted(interrupted, { host, scripts }, context);
      first = await gatherFacts(connection.host, context.signal);
    }
    context.events.emit('facts', { role: 'server', machine: connection.host.name, ...factsValues(first) });
    if (options.rollback) return await rollBack(first, { host, scripts }, options, context);
    const { answers, store } = await settleAnswers(options, context, connection.inputs, first);
    const access = await openDatabase(
      answers,
      options,
      context,
      connection,
      script({ scripts }, 'probe-database.sh'),
    );
    database = access;
    const settings = { ...outsideSettings(options), recordedKeys: await store.readSigningKeys() };
    const outside = () => lookFromOutside(answers, connection.target.host, settings, context.signal);
    const looks = createLooks(connection, access);
    const looking = createLooking(
      first.storedAnswers === '',
      {
        answers,
        release: RELEASE,
        host: connection.host,
        databaseBox: access.box,
        isLocal: isThisMachine(connection.target, options),
        targetHost: connection.target.host,
        settings,
        makeScript: (name, variables) => script({ scripts }, name, variables),
        signal: context.signal,
      },
      outside,
    );

    const box = await access.lookAtBox(context.signal);
    // What was seen before an upgrade was brought to its end is not how things are now.
    const look = await looking.all(interrupted === undefined ? early.take(answers) : undefined);
    if (look.first !== undefined)
      connection.log.line(`before the first installation: ${JSON.stringify(look.first)}`);
    if (box) context.events.emit('facts', { role: 'database', machine: box.name, ...factsValues(box.host) });
    const seen = await looks.withDatabase(
      { host: first, ...look, ...(box && { databaseBox: box }) },
      context.signal,
    );
    const { budgets, problems: tooSmall } = budgetsOf(answers, seen);
    const templates = loadTemplates();
    const consent = { accepted: options.accept, withoutBackup: options.noBackup };
    let sides = situations(answers, budgets, templates, consent, options.edits);
    const facts = await clearTheWay({
      problems: (now) => [...tooSmall, ...preflightOf(sides.app(now))],
      start: await withUpgradeLook(seen, sides.app(seen), { host, scripts }, context.signal),
      wait: options.wait ?? 0,
      look: looking.again,
      context,
    });
    const choices = await decideEdits(editedFiles(sides, facts), options, context);
    sides = situations(answers, budgets, templates, consent, choices);
    const edited = editedFiles(sides, facts);
    const now = sides.app(facts);

    const planned = planBoth(sides, facts);
    context.events.emit('plan', planValues(planned));
    if (isEmpty(planned)) {
      if (!options.check) await recordKeys(facts, store);
      await nothingToDo(now.goal, store, context);
      nameEdits(edited, context.ui);
      return EXIT.done;
    }
    if (options.printCommands) {
      const transcribed = transcribeBoth({ planned, sides, facts, answers, scripts, machine: host.name });
      context.ui.print(await printCommands(transcribed, { scripts, factsScript: factsScript() }));
      context.ui.note('Nothing was changed.');
      return EXIT.done;
    }
    showBudgets(budgets, facts, now.goal.database, context);
    for (const line of upgradeNews(now)) context.ui.note(line);
    showEdits(edited, options.diff, context.ui);
    const paths = pathsOf(planned);
    context.ui.plan(
      shownPlan(planned, {
        app: { host: facts.host, texts: await readTexts(connection.host, paths.app, context.signal) },
        ...(access.boxPastLog &&
          facts.databaseBox && {
            there: {
              host: facts.databaseBox.host,
              texts: await readTexts(access.boxPastLog, paths.there, context.signal),
            },
          }),
        full: options.diff,
      }),
    );
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
        (machine: Host) =>
        (goal: Goal, progress: Tools['progress'], signal: AbortSignal): Tools => ({
          host: machine,
          goal,
          operator,
          scripts,
          databasePassword: access.password,
          version: context.version,
          progress,
          signal,
        });
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
        lookOutside: outside,
        log: (line) => connection.log.line(line),
        context,
      });
      await recordKeys(done.facts, store);
      for (const line of upgradeResult(facts.host, done.facts.host)) context.ui.note(line);
      await afterwards(sides.app(done.facts), connection.host.name, store, password, context);
      return done.pending.length > 0 ? stillPending(done.pending, context) : EXIT.done;
    } finally {
      // A connection that is lost has given the lock back by that; its failure is the one to be told.
      await lock.release().catch(() => {});
      await boxLock?.release().catch(() => {});
    }
  } finally {
    await database?.close();
  }
};

/** Once other servers have seen its keys, a server that comes back without them is not the same to them. */
const recordKeys = async ({ outside }: Facts, store: Store): Promise<void> => {
  const { federation } = outside;
  if (federation?.verdict === 'green' && federation.keys) await store.recordSigningKeys(federation.keys);
};
