import { bad, ok, type Parsed } from './question.ts';

/** Items apart by commas or white space, each read by `parseItem`; doubles are dropped. */
export function parseList(
  text: string,
  parseItem: (item: string) => Parsed<string>,
): Parsed<readonly string[]> {
  const items = new Set<string>();
  for (const part of text.split(/[\s,]+/).filter((piece) => piece !== '')) {
    const item = parseItem(part);
    if (!item.ok) return bad(item.problem);
    items.add(item.value);
  }
  return ok([...items]);
}
