import { fileKey, type Question } from './question.ts';
import { QUESTION_LIST } from './questions/index.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The JSON schema (draft 2020-12) of an answers file, for editors. It knows names, kinds and limits; what depends
 * on other answers or on files is judged by `resolveAnswers`. Every file that `formatAnswersFile` writes is valid.
 */
export function answersSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Answers of matrix-bastion',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      QUESTION_LIST.map((question) => [
        fileKey(question),
        { description: question.help, ...kindOf(question) },
      ]),
    ),
  };
}

/** What a YAML reader makes of the answer. An empty text or nothing after the colon unsets an optional one. */
function kindOf({ choices, count, repeatable, required }: Question): Schema {
  if (choices) return { enum: choices.map(({ value }) => value) };
  if (repeatable) {
    const one = { type: 'string' };
    return { anyOf: [one, { type: 'array', items: one }, ...(required ? [] : [{ type: 'null' }])] };
  }
  if (count)
    return { type: required ? 'integer' : ['integer', 'null'], minimum: count.least, maximum: count.most };
  return { type: required ? 'string' : ['string', 'null'] };
}
