/** A document as a text that is not canonical at all, and what it means. */
export interface GeneratedDocument {
  readonly text: string;
  readonly value: unknown;
}

/**
 * The same `count` objects for the same seed: members in any order, white space, escapes where none are needed,
 * characters of every kind (control, beyond U+FFFF, U+E000 to U+FFFF, which UTF-16 sorts otherwise), integers up to
 * the limits. Nothing that has no canonical form, no name twice, no lone surrogate: there implementations differ.
 */
export function generateDocuments(seed: number, count: number): GeneratedDocument[] {
  const writer = new Writer(seed);
  return Array.from({ length: count }, () => writer.object(0));
}

const LIMIT = Number.MAX_SAFE_INTEGER;
const SPECIAL = [...'"\\/\b\f\n\r\t\u0000\u000b\u001f\u007f\u0080<>&\'\u2028\u2029\ufeff\ue000\uffff\uff01'];
const RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0xa0, 0x7ff],
  [0x800, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x10ffff],
];
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

class Writer {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }

  object(depth: number): GeneratedDocument {
    const members = new Map<string, GeneratedDocument>();
    const names = new Map<string, string>();
    for (let left = this.#below(6); left > 0; left--) {
      const name = this.#string(8);
      // Signing treats these two otherwise; tests add them by themselves. `__proto__` is no name for a plain object.
      if (['signatures', 'unsigned', '__proto__'].includes(String(name.value))) continue;
      names.set(String(name.value), name.text);
      members.set(String(name.value), this.#value(depth + 1));
    }
    const written = [...members].map(
      ([name, { text }]) => `${names.get(name)}${this.#space()}:${this.#space()}${text}`,
    );
    return {
      text: `{${this.#space()}${written.join(`${this.#space()},${this.#space()}`)}${this.#space()}}`,
      value: Object.fromEntries([...members].map(([name, { value }]) => [name, value])),
    };
  }

  #value(depth: number): GeneratedDocument {
    const kind = this.#below(depth > 4 ? 4 : 7);
    if (kind === 0) return this.#pick([null, true, false].map((value) => ({ text: String(value), value })));
    if (kind === 1) return this.#integer();
    if (kind < 4) return this.#string(12);
    if (kind < 5) return this.#array(depth);
    return this.object(depth);
  }

  #array(depth: number): GeneratedDocument {
    const items = Array.from({ length: this.#below(5) }, () => this.#value(depth + 1));
    return {
      text: `[${this.#space()}${items.map((one) => one.text).join(`${this.#space()},`)}]`,
      value: items.map((one) => one.value),
    };
  }

  #integer(): GeneratedDocument {
    const value = this.#pick([
      0,
      LIMIT,
      -LIMIT,
      this.#below(10),
      -this.#below(1000) - 1,
      Math.floor(this.#fraction() * LIMIT),
    ]);
    return { text: value === 0 && this.#below(3) === 0 ? '-0' : String(value), value };
  }

  #string(longest: number): GeneratedDocument {
    const characters = Array.from({ length: this.#below(longest) }, () => this.#character());
    return {
      text: `"${characters.map((one) => this.#written(one)).join('')}"`,
      value: characters.join(''),
    };
  }

  #character(): string {
    if (this.#below(3) === 0) return this.#pick(SPECIAL);
    const [from, to] = this.#pick(RANGES);
    return String.fromCodePoint(from + this.#below(to - from + 1));
  }

  /** Raw where the grammar allows it, else or at random escaped, in either case of letters. */
  #written(character: string): string {
    const must = character < ' ' || character === '"' || character === '\\';
    if (!must && this.#below(4) > 0) return character;
    const short = SHORT[character];
    if (short !== undefined && this.#below(2) === 0) return short;
    return [...Array(character.length).keys()]
      .map((i) => character.charCodeAt(i).toString(16).padStart(4, '0'))
      .map((hex) => `\\u${this.#below(2) === 0 ? hex : hex.toUpperCase()}`)
      .join('');
  }

  #space(): string {
    return this.#below(3) > 0 ? '' : this.#pick([' ', '\n  ', '\t', '\r\n']);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  #below(limit: number): number {
    return Math.floor(this.#fraction() * limit);
  }

  /** mulberry32, a public-domain generator: the same numbers on every machine. */
  #fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}
