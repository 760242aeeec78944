/** A value for a placeholder; `undefined` takes away the line that holds it. */
export type TextValues = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /<<([A-Z_]+)>>/g;

/**
 * Fills `<<NAME>>` placeholders of a template that is not YAML. Values go in as they are: the caller has checked
 * them against an allowlist. A placeholder without a value, a value without a placeholder, and a value that
 * holds a placeholder are errors in this program and throw.
 */
export function fillText(template: string, values: TextValues): string {
  const used = new Set<string>();
  const lines = template.split('\n').flatMap((line) => {
    const names = [...line.matchAll(PLACEHOLDER)].map((match) => match[1] as string);
    for (const name of names) {
      if (!Object.hasOwn(values, name)) throw new Error(`template: nothing to fill <<${name}>> with`);
      used.add(name);
    }
    if (names.some((name) => values[name] === undefined)) return [];
    return [line.replace(PLACEHOLDER, (_, name: string) => values[name] as string)];
  });
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`template: no place for ${unused.join(', ')}`);
  const text = lines.join('\n');
  if (text.includes('<<')) throw new Error('template: a placeholder is left');
  return text;
}
