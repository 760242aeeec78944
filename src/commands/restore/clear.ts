import type { Answers } from '../../answers/answers.ts';
import { requireComplete, resolveAnswers } from '../../answers/resolve.ts';
import { type Contents, RESTORED_HERE_ONLY } from '../../backup/contents.ts';
import { markText } from '../../backup/mark.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { RestoreOptions } from '../../cli/options.ts';
import { Refusal } from '../../errors.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import { lookFromOutside } from '../../outside/look.ts';
import type { Facts } from '../../plan/facts.ts';
import { NOTHING_SAID } from '../../plan/goal.ts';
import { loadTemplates } from '../../render-io/load-templates.ts';
import { withStored } from '../init/answers.ts';
import { budgetsOf } from '../init/budget.ts';
import type { Connection } from '../init/connection.ts';
import { outsideSettings } from '../init/outside-settings.ts';
import { clearTheWay, preflightOf } from '../init/preflight.ts';
import { situations } from '../init/situations.ts';

/**
 * The checks of init with the answers of the backup, before anything is put in place: the names have to point here,
 * the machine has to be large enough, ports have to be free.
 * @throws Failure with all that stands in the way.
 */
export const clearTheWayFor = async (
  { answers: storedAnswers, sha256 }: Pick<Contents, 'answers' | 'sha256'>,
  file: string,
  host: HostFacts,
  connection: Connection,
  options: RestoreOptions,
  context: CommandContext,
): Promise<Answers> => {
  const restoreMark = markText({ state: 'pending', sha256, file });
  const fresh: HostFacts = { ...host, storedAnswers, restoreMark };
  const answers = requireComplete(resolveAnswers(await withStored(connection.inputs, fresh, context)));
  if (answers.database !== undefined || answers.dbHost !== undefined) throw new Refusal(RESTORED_HERE_ONLY);
  const settings = outsideSettings(options);
  const outside = () => lookFromOutside(answers, connection.target.host, settings, context.signal);
  const seen: Facts = { host: fresh, outside: await outside() };
  const { budgets, problems: tooSmall } = budgetsOf(answers, seen);
  const sides = situations(answers, budgets, loadTemplates(), NOTHING_SAID);
  await clearTheWay({
    problems: (now) => [...tooSmall, ...preflightOf(sides.app(now))],
    start: seen,
    wait: options.wait ?? 0,
    look: async (before) => ({ ...before, outside: await outside() }),
    context,
  });
  return answers;
};
