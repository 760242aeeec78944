import { type AnswerFacts, type Default, flagName, type Known, type Question } from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';
import { type AnswerInputs, type Resolution, refuseProblems, resolveAnswers } from './resolve.ts';

/** What a prompt needs besides the question. */
export interface AskContext {
  readonly known: Known;
  readonly facts: AnswerFacts;
  readonly suggestion?: Default<unknown>;
  readonly readText?: (path: string) => string;
}

/** Asks one question and returns valid text. */
export type Ask = (question: Question, context: AskContext) => Promise<string>;

/**
 * Asks for what is open: required questions without a value, and, unless `acceptDefaults`, those of the wizard
 * for which only a default is known. Answers are resolved anew after each one, because defaults build on them.
 *
 * @throws UsageError for wrong values, before the first question.
 */
export async function completeByAsking(
  inputs: AnswerInputs,
  ask: Ask,
  options: { readonly acceptDefaults?: boolean } = {},
): Promise<Resolution> {
  let prompted = inputs.prompted ?? {};
  for (;;) {
    const resolution = resolveAnswers({ ...inputs, prompted });
    refuseProblems(resolution);
    const question = nextQuestion(resolution, options.acceptDefaults ?? false);
    if (!question) return resolution;
    if (prompted[question.id] !== undefined)
      throw new Error(`${flagName(question)} stays open after its prompt`);
    const facts = inputs.facts ?? {};
    const suggestion = question.default?.(resolution.values, facts);
    const text = await ask(question, {
      known: resolution.values,
      facts,
      ...(suggestion && { suggestion }),
      ...(inputs.readText && { readText: inputs.readText }),
    });
    prompted = { ...prompted, [question.id]: text };
  }
}

/** The first open question in the registry's order. */
function nextQuestion(resolution: Resolution, acceptDefaults: boolean): Question | undefined {
  const open = new Set(resolution.missing);
  if (!acceptDefaults)
    for (const question of QUESTION_LIST)
      if (question.asked && resolution.origins[question.id]?.origin === 'default') open.add(question);
  return QUESTION_LIST.find((question) => open.has(question));
}
