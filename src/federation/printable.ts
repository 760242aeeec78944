/** What the terminal interprets or what changes the order of the text on it: controls, C1, bidi, separators, surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * Text of a foreign server, made safe to print: every control, format and private-use character becomes its
 * code point (`\u{1b}`), and the text ends at `limit` characters.
 */
export function printable(text: string, limit = 200): string {
  // Cut before replacing: the replacement must not cost more than what is shown.
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
