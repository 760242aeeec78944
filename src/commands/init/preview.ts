import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { factsScript } from '../../host/facts/index.ts';
import type { Host } from '../../host/host.ts';
import { readTexts } from '../../host/read-texts.ts';
import { cutOffLines } from '../../people/cut-off.ts';
import type { Begun } from './begin.ts';
import type { Decision } from './decide.ts';
import { showEdits } from './edits.ts';
import { opennessOf } from './openness.ts';
import { printCommands } from './print-commands.ts';
import { pathsOf, showBudgets, shownPlan } from './show.ts';
import type { Survey } from './survey.ts';
import { transcribeBoth } from './transcripts.ts';
import { keptDatabaseNotes, upgradeNews } from './upgrade.ts';

/** All that would run on the machines, to be read by somebody who runs this as root. */
export const previewCommands = async (
  { machine }: Begun,
  { answers }: Survey,
  { planned, sides, facts }: Decision,
  context: CommandContext,
): Promise<void> => {
  const { scripts, host } = machine;
  const transcribed = transcribeBoth({ planned, sides, facts, answers, scripts, machine: host.name });
  context.ui.print(await printCommands(transcribed, { scripts, factsScript: factsScript() }));
};

/**
 * What is to become of the machines: their memory, hand edits, the plan with what changes in files.
 * @param pastLog the machine, past the log: files may hold secrets
 */
export const previewPlan = async (
  pastLog: Host,
  { access }: Survey,
  { budgets, sides, facts, edited, planned }: Decision,
  options: InitOptions,
  context: CommandContext,
): Promise<void> => {
  const now = sides.app(facts);
  const { databaseBox } = facts;
  const narrowing = facts.narrowing && cutOffLines(opennessOf(now.goal.answers), facts.narrowing.seen);
  for (const line of narrowing ?? []) context.ui.note(line);
  showBudgets(budgets, facts, now.goal.database, context);
  for (const line of [...keptDatabaseNotes(facts.host), ...upgradeNews(now)]) context.ui.note(line);
  showEdits(edited, options.diff, context.ui);
  const paths = pathsOf(planned);
  const texts = (host: Host, of: readonly string[]) => readTexts(host, of, context.signal);
  const there =
    access.boxPastLog !== undefined && databaseBox !== undefined
      ? { host: databaseBox.host, texts: await texts(access.boxPastLog, paths.there) }
      : undefined;
  const app = { host: facts.host, texts: await texts(pastLog, paths.app) };
  context.ui.plan(shownPlan(planned, { app, ...(there && { there }), full: options.diff }));
};
