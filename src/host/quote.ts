/** What may stand between `${` and `}` in a {@link sh} template; an array becomes one word per item. */
export type Word = string | number | readonly string[];

type Context = 'code' | 'single' | 'double' | 'backtick' | 'comment' | 'brace';

/**
 * One word for a POSIX shell, whatever it contains. Always in single quotes, so that no character
 * class has to be right and no reserved word can arise.
 * @throws TypeError for NUL, which no shell word can hold.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot contain NUL');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Shell text with every interpolation quoted. Backslashes mean what they mean to the shell
 * (`printf '%s\n'` needs no doubling); only `` \` `` and `\${` are taken back, because a template
 * cannot spell them otherwise.
 *
 * An interpolation inside quotes, a comment, `${…}` or a here-document would not be a word of its own,
 * so its quotes would be text: such a template throws the first time it is evaluated.
 * @throws TypeError for that, for NUL, and for a number that is not finite.
 */
export function sh(strings: TemplateStringsArray, ...words: readonly Word[]): string {
  const literals = strings.raw.map((text) => text.replace(/\\(`|\$\{)/g, '$1'));
  if (words.length > 0 && literals.some((text) => text.includes('<<'))) {
    throw new TypeError('sh: nothing can be interpolated beside a here-document');
  }
  const context = new Scanner();
  let out = '';
  literals.forEach((text, index) => {
    out += text;
    if (index >= words.length) return;
    if (context.after(text) !== 'code') {
      throw new TypeError(`sh: interpolation ${index + 1} stands inside quotes, a comment or an expansion`);
    }
    out += asWords(words[index] as Word);
  });
  return out;
}

function asWords(word: Word): string {
  if (typeof word === 'string') return quote(word);
  if (typeof word === 'number') {
    if (!Number.isFinite(word)) throw new TypeError(`sh: ${word} is not a number for a shell`);
    return String(word);
  }
  return word.map(quote).join(' ');
}

/** Follows the quoting of shell text, just well enough to know whether a word may start here. */
class Scanner {
  private readonly stack: Context[] = ['code'];

  /** The context at the end of all text so far. */
  after(text: string): Context {
    for (let at = 0; at < text.length; at++) at += this.step(text, at);
    return this.top();
  }

  private top(): Context {
    return this.stack.at(-1) ?? 'code';
  }

  /** Takes the character at `at`; returns how many more it used up. */
  private step(text: string, at: number): number {
    const char = text[at] as string;
    const two = text.slice(at, at + 2);
    const top = this.top();
    if (top === 'comment') {
      if (char === '\n') this.stack.pop();
      return 0;
    }
    if (top === 'single') {
      if (char === "'") this.stack.pop();
      return 0;
    }
    if (char === '\\') return 1;
    if (two === '$(') return this.push('code', 1);
    if (two === '${') return this.push('brace', 1);
    if (char === '"') return top === 'double' ? this.pop() : this.push('double', 0);
    if (char === '`') return top === 'backtick' ? this.pop() : this.push('backtick', 0);
    if (top === 'double') return 0;
    if (char === "'") return this.push('single', 0);
    if (top === 'brace') return char === '}' ? this.pop() : 0;
    if (char === '(') return this.push('code', 0);
    // A `)` of `case x in a)` closes nothing: the outermost context stays.
    if (char === ')' && top === 'code' && this.stack.length > 1) return this.pop();
    if (char === '#' && (at === 0 || /[\s;&|()]/.test(text[at - 1] as string))) {
      return this.push('comment', 0);
    }
    return 0;
  }

  private push(context: Context, used: number): number {
    this.stack.push(context);
    return used;
  }

  private pop(): number {
    this.stack.pop();
    return 0;
  }
}
