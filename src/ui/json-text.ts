/** What `harmless` would rewrite, and what else a terminal acts on: inside of JSON it has an escape of its own. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** A document for programs that is safe to look at, too: the same values, in ASCII escapes where text is hostile. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );
