import {
  type AnswerFacts,
  type Default,
  fileKey,
  flagName,
  type Known,
  type Question,
  type QuestionId,
} from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';
import type { RawAnswers } from './raw.ts';
import {
  type AnswerInputs,
  type Provenance,
  type Resolution,
  refuseProblems,
  resolveAnswers,
} from './resolve.ts';

/** Typed or chosen in place of an answer: the question before comes up again. No question takes it as a value. */
export const BACK = '<';

/** What a prompt needs besides the question. */
export interface AskContext {
  readonly known: Known;
  readonly facts: AnswerFacts;
  readonly suggestion?: Default<unknown>;
  readonly readText?: (path: string) => string;
  /** Whether there is a question to go back to: then `BACK` may be returned. */
  readonly canGoBack?: boolean;
}

/** Asks one question and returns valid text, or `BACK`. */
export type Ask = (question: Question, context: AskContext) => Promise<string>;

/** One line of the summary. */
export interface SummaryLine {
  readonly question: Question;
  /** The key of an answers file, which is the flag's name. */
  readonly name: string;
  readonly value: string;
  /** Why it cannot be changed here. */
  readonly fixed?: string;
}

interface AskingOptions {
  /** Take defaults instead of asking for them. */
  readonly acceptDefaults?: boolean;
  /** What is known about where it is to be, once there are these answers. */
  readonly look?: (resolution: Resolution) => Promise<AnswerFacts>;
  /** After each answer, with all that follows from it so far. */
  readonly answered?: (question: Question, resolution: Resolution) => Promise<void>;
  /** What was typed so far, whenever it changes. */
  readonly typed?: (prompted: RawAnswers) => void;
  /** Shows all answers when anything was asked, unless defaults are taken; the line to change, or nothing to go on. */
  readonly review?: (lines: readonly SummaryLine[], resolution: Resolution) => Promise<Question | undefined>;
}

/**
 * Asks for what is open: required questions without a value, and, unless `acceptDefaults`, those of the wizard
 * for which only a default is known. Answers are resolved anew after each one, because defaults build on them.
 * What builds on an answer that is changed later is asked again, with the earlier answer offered.
 *
 * @throws UsageError for wrong values, before the first question.
 */
export async function completeByAsking(
  inputs: AnswerInputs,
  ask: Ask,
  options: AskingOptions = {},
): Promise<Resolution> {
  let prompted = inputs.prompted ?? {};
  const history: Question[] = [];
  const earlier = new Map<QuestionId, string>();
  /** Chosen in the summary. */
  let changing: Question | undefined;
  let somethingAsked = false;
  let facts = inputs.facts ?? {};
  const resolve = (): Resolution => resolveAnswers({ ...inputs, facts, prompted });

  const withdraw = (question: Question): void => {
    const { [question.id]: text, ...rest } = prompted;
    if (typeof text === 'string') earlier.set(question.id, text);
    prompted = rest;
    const place = history.indexOf(question);
    if (place >= 0) history.splice(place, 1);
  };

  for (;;) {
    const soFar = resolve();
    refuseProblems(soFar);
    facts = { ...facts, ...(await options.look?.(soFar)) };
    const resolution = resolve();
    const question = changing ?? nextQuestion(resolution, facts, options.acceptDefaults ?? false);
    if (!question) {
      const review = somethingAsked && !options.acceptDefaults ? options.review : undefined;
      changing = await review?.(summaryOf(resolution, facts), resolution);
      if (changing) continue;
      return resolution;
    }
    if (!changing && prompted[question.id] !== undefined)
      throw new Error(`${flagName(question)} stays open after its prompt`);
    const suggestion = changing
      ? presentValue(question, resolution)
      : offered(earlier.get(question.id), question.default?.(resolution.values, facts));
    const text = await ask(question, {
      known: resolution.values,
      facts,
      canGoBack: changing !== undefined || history.length > 0,
      ...(suggestion && { suggestion }),
      ...(inputs.readText && { readText: inputs.readText }),
    });
    if (text === BACK) {
      const before = changing ? undefined : history.at(-1);
      if (before) withdraw(before);
      // From a line of the summary, back leads to the summary.
      changing = undefined;
    } else {
      somethingAsked = true;
      const changed = prompted[question.id] !== undefined || changing !== undefined;
      const before = resolution.values[question.id];
      prompted = { ...prompted, [question.id]: text };
      if (!history.includes(question)) history.push(question);
      changing = undefined;
      const now = resolve().values[question.id];
      if (changed && String(now) !== String(before))
        for (const dependent of dependentsOf(question)) withdraw(dependent);
      options.typed?.(prompted);
      await options.answered?.(question, resolve());
      continue;
    }
    options.typed?.(prompted);
  }
}

/** The first open question in the registry's order. */
function nextQuestion(
  resolution: Resolution,
  facts: AnswerFacts,
  acceptDefaults: boolean,
): Question | undefined {
  const open = new Set(resolution.missing);
  if (!acceptDefaults)
    for (const question of QUESTION_LIST)
      if (isAsked(question, facts) && resolution.origins[question.id]?.origin === 'default')
        open.add(question);
  return QUESTION_LIST.find((question) => open.has(question));
}

/** Whether a person is asked when there is a default. */
const isAsked = ({ asked }: Question, { webServer }: AnswerFacts): boolean =>
  asked === 'where-found' ? webServer !== undefined : asked;

/** The questions that look at this one, and those that look at them. */
function dependentsOf(question: Question): readonly Question[] {
  const direct = QUESTION_LIST.filter(({ dependsOn }) => dependsOn?.includes(question.id));
  return direct.flatMap((one) => [one, ...dependentsOf(one)]);
}

function offered(
  earlier: string | undefined,
  fallback: Default<unknown> | undefined,
): Default<unknown> | undefined {
  return earlier === undefined ? fallback : { value: earlier, reason: 'your answer before' };
}

function presentValue({ id }: Question, { values }: Resolution): Default<unknown> | undefined {
  const value = values[id];
  return value === undefined ? undefined : { value: String(value), reason: 'as it is now' };
}

/**
 * Every question that is asked, has a value, or says what it is without one, in the registry's order; what nothing gave cause
 * for is left out.
 */
function summaryOf({ values, origins }: Resolution, facts: AnswerFacts): readonly SummaryLine[] {
  return QUESTION_LIST.flatMap((question) => {
    const value = values[question.id];
    const name = fileKey(question);
    if (value === undefined)
      return question.unset === undefined ? [] : [{ question, name, value: question.unset }];
    const origin = origins[question.id]?.origin;
    if (question.asked === 'where-found' && origin === 'default' && !isAsked(question, facts)) return [];
    const text = question.show?.(value as never) ?? String(value);
    // A certificate is no line, and nobody types one.
    const isLine = !text.includes('\n');
    const fixed = fixedBecause(question, origin) ?? (isLine ? undefined : 'it is given as a file');
    const shown = isLine ? text : 'as given';
    return [{ question, name, value: shown, ...(fixed && { fixed }) }];
  });
}

function fixedBecause({ id }: Question, origin: Provenance['origin'] | undefined): string | undefined {
  if (origin === 'flag') return 'a flag of this run';
  const stored = origin === 'host' || origin === 'operator';
  return id === 'domain' && stored ? 'it can never change' : undefined;
}
