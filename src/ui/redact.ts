/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** Takes secrets out of whatever is shown or logged. One per run, shared by the log and the ui. */
export interface Redactor {
  /** From now on this text, and its usual encodings, are taken out. Empty texts are ignored. */
  add(secret: string): void;
  redact(text: string): string;
}

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;
  return {
    add(secret) {
      for (const form of secretForms(secret)) forms.add(form);
      // Longest first: a form that holds another must go as a whole.
      const sorted = [...forms].sort((a, b) => b.length - a.length);
      pattern = sorted.length === 0 ? undefined : new RegExp(sorted.map(escapeRegExp).join('|'), 'g');
    },
    redact: (text) => (pattern === undefined ? text : text.replace(pattern, REDACTED)),
  };
}

/** A piece of base64 shorter than this may be anything. */
const BASE64_MINIMUM = 8;
/** A line of a secret shorter than this may be anything. */
const LINE_MINIMUM = 8;

/** The secret as it may turn up: as it is, per line, and inside JSON, URLs, forms, shell words and base64. */
function secretForms(secret: string): readonly string[] {
  if (secret === '') return [];
  const trimmed = secret.replace(/\r?\n$/, '');
  const lines = trimmed.split(/\r?\n/).filter((line) => line.length >= LINE_MINIMUM);
  return [...new Set([secret, trimmed, ...lines].filter((text) => text !== '').flatMap(encodings))];
}

function encodings(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const bytes = Buffer.from(text, 'utf8');
  return [
    text,
    json,
    // Python's json.dumps and others write ASCII only; some escape the slash.
    json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    json.replaceAll('/', '\\/'),
    ...(text.isWellFormed() ? urlForms(text) : []),
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[^A-Za-z0-9_./:=@%+,-]/g, '\\$&'),
    ...[bytes.toString('hex'), bytes.toString('hex').toUpperCase()].filter((hex) => hex.length >= 8),
    ...base64Forms(bytes),
  ];
}

function urlForms(text: string): string[] {
  const component = encodeURIComponent(text);
  const strict = component.replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  const form = new URLSearchParams({ s: text }).toString().slice('s='.length);
  return [component, strict, encodeURI(text), form];
}

/**
 * The part of any base64 text that is the same wherever the secret lies in the encoded bytes: three
 * alignments, without the characters at either end that share bits with the neighbours.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const end = (before + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
    const stable = whole.slice(Math.ceil((before * 8) / 6), end);
    if (stable.length < BASE64_MINIMUM) continue;
    forms.push(stable, stable.replaceAll('+', '-').replaceAll('/', '_'));
  }
  // The whole with its last character: what is left of it would tell bits of the secret.
  const own = bytes.toString('base64').replace(/=+$/, '');
  if (own.length >= BASE64_MINIMUM) forms.push(own, own.replaceAll('+', '-').replaceAll('/', '_'));
  return forms;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
