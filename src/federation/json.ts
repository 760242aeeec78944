/**
 * JSON that keeps numbers as they were written. `JSON.parse` rounds beyond 2^53 and hides `1.0` and `-0`;
 * a signature is over the digits that the server sent.
 */

/** A number's lexeme. */
export class JsonNumber {
  readonly lexeme: string;
  constructor(lexeme: string) {
    this.lexeme = lexeme;
  }
}

export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** Where and why a text is not JSON. Line and column count from 1. */
export class JsonError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(reason: string, text: string, offset: number) {
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    super(`${reason} at line ${line}, column ${column}`);
    this.name = 'JsonError';
    this.line = line;
    this.column = column;
  }
}

/** Deep enough for every Matrix document, shallow enough for the stack. */
const MAX_DEPTH = 100;

/** Parses RFC 8259 JSON. Duplicate names: the last one counts, as everywhere. Throws JsonError. */
export function parseJson(text: string): Json {
  const parser = new Parser(text);
  return parser.document();
}

/** True for an object (and not an array, a number or null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

class Parser {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('more text after the document');
    return value;
  }

  #fail(reason: string): never {
    throw new JsonError(
      this.#at >= this.#text.length ? 'the document ends too early' : reason,
      this.#text,
      this.#at,
    );
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) this.#fail('nested too deeply');
    this.#space();
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined) this.#fail('unexpected character');
    this.#at += number.length;
    return new JsonNumber(number);
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#at++;
    this.#space();
    if (this.#take('}')) return members;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail('expected a name in double quotes');
      const name = this.#string();
      this.#space();
      if (!this.#take(':')) this.#fail('expected a colon');
      members.set(name, this.#value(depth + 1));
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('expected a comma or a closing brace');
    return members;
  }

  #array(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#at++;
    this.#space();
    if (this.#take(']')) return items;
    do {
      items.push(this.#value(depth + 1));
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('expected a comma or a closing bracket');
    return items;
  }

  #string(): string {
    STRING.lastIndex = this.#at;
    const lexeme = STRING.exec(this.#text)?.[0];
    if (lexeme === undefined) this.#fail('string that is not closed or has a bad character');
    this.#at += lexeme.length;
    return JSON.parse(lexeme) as string;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Unrolled, so that a megabyte without a closing quote costs one pass.
const STRING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259, section 7 excludes exactly these
  /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
