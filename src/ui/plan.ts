import type { Style } from './colour.ts';

/** A plan as it is shown: each change prints itself. */
export interface ShownPlan {
  readonly steps: readonly { readonly title: string; readonly changes: readonly string[] }[];
}

/** Numbered steps, their changes indented under them; several lines of a change stay together. */
export function renderPlan(plan: ShownPlan, style: Style, clean: (text: string) => string): string {
  const lines = plan.steps.flatMap(({ title, changes }, index) => {
    const heading = `${index + 1}. ${clean(title)}`;
    if (changes.length === 0) return [`${heading}: ${style.faint('nothing to do')}`];
    return [
      style.strong(heading),
      ...changes.map((change) => `   - ${paint(clean(change), style).replaceAll('\n', '\n     ')}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** Lines of a unified diff in the usual colours. */
const paint = (text: string, style: Style): string =>
  text
    .split('\n')
    .map((line, index) => {
      if (index === 0) return line;
      if (line.startsWith('@@') || line.startsWith('+++ ') || line.startsWith('--- '))
        return style.faint(line);
      if (line.startsWith('+')) return style.good(line);
      return line.startsWith('-') ? style.bad(line) : line;
    })
    .join('\n');
