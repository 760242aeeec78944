import type { Situation } from '../apply/converge.ts';
import { loadScripts } from '../apply/load-scripts.ts';
import { takeLock } from '../apply/lock.ts';
import type { CommandContext } from '../cli/context.ts';
import type { InitOptions } from '../cli/options.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { gatherFacts } from '../host/facts/index.ts';
import { summaryOf } from '../host/facts/summary.ts';
import type { Host } from '../host/host.ts';
import { loggedHost } from '../host/logged.ts';
import { lookFromOutside } from '../outside/look.ts';
import { createOperator } from '../outside/operator.ts';
import { desire } from '../plan/desire.ts';
import { isEmpty, planSteps } from '../plan/plan.ts';
import { RELEASE } from '../releases/release.ts';
import { loadTemplates } from '../render-io/load-templates.ts';
import { STEPS } from '../steps/index.ts';
import { settleAnswers } from './init/answers.ts';
import { budgetOf } from './init/budget.ts';
import { openConnection } from './init/connection.ts';
import { afterwards, nothingToDo, stillPending } from './init/end.ts';
import { passwordSource } from './init/password.ts';
import { clearTheWay } from './init/preflight.ts';
import { runSteps } from './init/run-steps.ts';
import { agree, showBudget, shownPlan } from './init/show.ts';

export { problems } from './init/problems.ts';

/** Milliseconds for one look from outside; a healthy server answers in a tenth of it. */
const LOOK_TIMEOUT_MS = 10_000;

/**
 * The whole of `init`: facts, answers, plan, apply, proof. A rerun is the same code: with an empty plan it
 * ends before anything is written.
 */
export const run = async (options: InitOptions, context: CommandContext): Promise<ExitCode> => {
  const connection = await openConnection(options, context);
  const host: Host = loggedHost(connection.host, (script, result) => connection.log.command(script, result));
  const lookInside = async (signal: AbortSignal) => {
    const facts = await gatherFacts(connection.host, signal);
    connection.log.line(`facts: ${summaryOf(facts)}`);
    return facts;
  };
  try {
    const first = await lookInside(context.signal);
    const { answers, store } = await settleAnswers(options, context, connection.inputs, first);
    const budget = budgetOf(answers, first);
    const settings = {
      ...(options.dns.length > 0 ? { dns: options.dns } : {}),
      ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
      timeout: options.timeout ?? LOOK_TIMEOUT_MS,
    };
    const templates = loadTemplates();
    const outside = () => lookFromOutside(answers, connection.target.host, settings, context.signal);
    const situation = (facts: Situation['facts']): Situation => ({
      goal: desire(answers, budget, facts, RELEASE, templates),
      facts,
    });

    let now = situation({ host: first, outside: await outside() });
    const wait = options.wait ?? 0;
    now = await clearTheWay(
      now,
      wait,
      async () => situation({ host: now.facts.host, outside: await outside() }),
      context,
    );

    const planned = planSteps(STEPS, now.goal, now.facts);
    if (isEmpty(planned)) {
      await nothingToDo(now.goal, context);
      return EXIT.done;
    }
    showBudget(budget, context);
    context.ui.plan(shownPlan(planned));
    if (options.dryRun) {
      context.ui.note('Dry run: nothing was changed.');
      return EXIT.done;
    }
    const password = await passwordSource(options, context, store, now);
    await agree(options, context);
    await store.writeAnswers(answers);

    const scripts = loadScripts();
    const lock = await takeLock(host, scripts);
    try {
      const operator = createOperator({
        answers,
        settings,
        wait,
        password,
        note: (line) => context.ui.note(line),
      });
      const pending = await runSteps(STEPS, {
        start: situation({ host: await lookInside(context.signal), outside: now.facts.outside }),
        lookInside: async (signal) => {
          await lock.hold();
          return lookInside(signal);
        },
        lookOutside: outside,
        situation,
        toolsFor: (goal, progress, signal) => ({ host, goal, operator, scripts, progress, signal }),
        log: (line) => connection.log.line(line),
        context,
      });
      await afterwards(now.goal, store, password, context);
      return pending.length > 0 ? stillPending(pending, context) : EXIT.done;
    } finally {
      // A connection that is lost has given the lock back by that; its failure is the one to be told.
      await lock.release().catch(() => {});
    }
  } finally {
    await connection.host.close();
  }
};
