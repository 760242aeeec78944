import type { Answers } from '../../answers/answers.ts';
import { type AnswersFile, parseAnswersFile } from '../../answers/file.ts';
import { fileKey } from '../../answers/question.ts';
import { QUESTION_LIST } from '../../answers/questions/index.ts';
import {
  type AnswerInputs,
  type Resolution,
  requireComplete,
  resolveAnswers,
} from '../../answers/resolve.ts';
import { openStore, type Store } from '../../answers/store.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { Refusal } from '../../errors.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import { PATHS } from '../../render/layout.ts';
import { askInWizard } from './wizard.ts';

export interface SettledAnswers {
  readonly answers: Answers;
  readonly store: Store;
}

/** Answers from this run, from earlier ones and from questions, in this order; complete or a UsageError. */
export const settleAnswers = async (
  options: InitOptions,
  context: CommandContext,
  said: AnswerInputs,
  facts: HostFacts,
): Promise<SettledAnswers> => {
  const kept = await withStored(said, facts, context);
  const resolution = context.interactive
    ? await askInWizard(kept, { options, context, facts })
    : resolveAnswers(kept);
  if (!context.interactive) for (const note of resolution.notes) context.ui.note(note);
  const answers = requireComplete(resolution);
  context.events.emit('answers', { answers: toldAnswers(resolution) });
  // The other answers are stored under this name.
  if (resolution.origins.domain?.origin === 'prompt') context.rememberInResume(['--domain', answers.domain]);
  const store = await openStore(answers.domain, { env: context.env });
  // What somebody typed is kept before anything is changed: a run that is stopped from here on asks for nothing again.
  const typed = Object.values(resolution.origins).some(({ origin }) => origin === 'prompt');
  if (typed && !options.dryRun && !options.printCommands) await store.writeAnswers(answers);
  if (typed && facts.storedAnswers === '')
    context.ui.say(
      'Looking whether anything stands in the way: this changes nothing, and takes some seconds.',
    );
  return { answers, store };
};

/** Each answer and where it comes from, for a program. */
export const toldAnswers = ({ values, origins }: Resolution) =>
  QUESTION_LIST.flatMap((question) => {
    const value = values[question.id];
    const from = origins[question.id]?.origin;
    return value === undefined || from === undefined ? [] : [{ name: fileKey(question), value, from }];
  });

/** What was said in this run, with what earlier runs stored and what the machine is. */
export const withStored = (
  said: AnswerInputs,
  facts: HostFacts,
  context: CommandContext,
): Promise<AnswerInputs> => {
  const stored = storedOnHost(facts);
  const inputs: AnswerInputs = {
    ...said,
    ...(stored ? { stored: { host: stored.answers } } : {}),
    facts: { memoryMiB: facts.machine.memoryMib },
  };
  return withOperatorsCopy(inputs, context);
};

/** The host's copy. A damaged one is refused: its domain guards the data from another domain's server. */
const storedOnHost = (facts: HostFacts): AnswersFile | undefined => {
  if (facts.storedAnswers === '') return undefined;
  const stored = parseAnswersFile(facts.storedAnswers, PATHS.answers);
  if (stored.problems.length === 0 && stored.answers.domain !== undefined) return stored;
  throw new Refusal({
    code: 'MB-ANSWERS-DAMAGED',
    what: `${PATHS.answers} on the machine cannot be read, so it is not known whose server this is.`,
    why: stored.problems[0] ?? 'It names no domain.',
    fix: [`Correct ${PATHS.answers} on the machine, or restore it from your backup, then run this again.`],
    safe: 'Nothing was changed.',
  });
};

/** The operator's own copy counts when the host has none yet: a first run that broke before it was written there. */
export const withOperatorsCopy = async (
  inputs: AnswerInputs,
  context: CommandContext,
): Promise<AnswerInputs> => {
  const { domain } = resolveAnswers(inputs).values;
  if (domain === undefined || inputs.stored?.host) return inputs;
  const copy = await (await openStore(domain, { env: context.env })).readAnswers();
  return copy ? { ...inputs, stored: { operator: copy.answers } } : inputs;
};
