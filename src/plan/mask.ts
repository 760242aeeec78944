/** What stands where a secret was in a text that is shown. */
export const MASKED = '[masked]';

/** Names whose values are secret. Names of files that hold one (`…_path`, `…_file`) are not. */
const SECRET_NAME =
  /(?:secret|passw|passphrase|pass$|token|pepper|credential|private|salt|auth$|key$)(?!.*_?(?:path|file)$)/i;

/** `name: value`, `- NAME=value`, `"name": value`. */
const ASSIGNMENT = /^(\s*(?:- )?["']?([\w.-]+)["']?\s*[:=]\s*)(.*)$/;
/** The same inside a line, as in `{ smtp_pass: x }`. */
const INLINE = /(["']?\b([\w.-]+)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,}\]]+)/g;
/** redis.conf puts a space where others put a colon. */
const DIRECTIVE = /^(\s*(?:requirepass|masterauth|basic_?auth|user)\s+)(\S.*)$/i;
const USERINFO = /(:\/\/[^\s/:@]*):[^\s/@]+@/g;
/** Long runs of letters and digits are keys and hashes of passwords more often than words. Names with dots are not taken. */
const RANDOM = /(?<![\w/.+$-])(?=[\w+/=$-]*\d)(?=[\w+/=$-]*[A-Za-z])[\w+=$-][\w+/=$-]{23,}/g;
/** A value that begins on the next line: nothing, or YAML's `|` and `>`. */
const OPENS = /^(?:[|>][\d+-]*)?\s*(?:#.*)?$/;

const indent = (line: string): number => line.length - line.trimStart().length;

const maskLine = (line: string): string => {
  const assigned = ASSIGNMENT.exec(line);
  if (assigned !== null) {
    const [, before = '', name = '', value = ''] = assigned;
    if (SECRET_NAME.test(name)) return OPENS.test(value) ? line : `${before}${MASKED}`;
  }
  return line
    .replace(DIRECTIVE, `$1${MASKED}`)
    .replace(INLINE, (whole, before: string, name: string) =>
      SECRET_NAME.test(name) ? `${before}${MASKED}` : whole,
    )
    .replace(USERINFO, `$1:${MASKED}@`)
    .replace(RANDOM, MASKED);
};

/** Whether the value of a secret begins below this line. */
const opensSecret = (line: string): boolean => {
  const [, , name = '', value = ''] = ASSIGNMENT.exec(line) ?? [];
  return SECRET_NAME.test(name) && OPENS.test(value);
};

/**
 * The lines of a text with what may be a secret taken out. Lines of `known` are shown as they are: a text that this
 * program renders holds no secret, so only what somebody else wrote is judged, and rather too much is taken out.
 */
export const maskLines = (text: string, known: ReadonlySet<string>): string[] => {
  let pem = false;
  /** Indentation of the line whose value is a secret, while its value goes on. */
  let below: number | undefined;
  return text.split('\n').map((line) => {
    if (
      below !== undefined &&
      line.trim() !== '' &&
      indent(line) <= below &&
      !line.trimStart().startsWith('- ')
    )
      below = undefined;
    const inside = below !== undefined || pem;
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) pem = true;
    const within = pem;
    if (/-----END [A-Z ]*PRIVATE KEY-----/.test(line)) pem = false;
    if (opensSecret(line)) below ??= indent(line);
    if ((inside || within) && line.trim() !== '') return `${' '.repeat(indent(line))}${MASKED}`;
    return known.has(line) ? line : maskLine(line);
  });
};
