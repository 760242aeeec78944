import type { Row } from './compare.ts';

/** A Markdown table that is also legible in a terminal. Columns of figures only are aligned to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const isFigure = head.map((_, column) => rows.every((row) => /^[-–\d. ]*$/.test(row[column] ?? '')));
  const cell = (text: string, column: number) =>
    isFigure[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`.trimEnd();
  const rule = `| ${widths.map((width, column) => (isFigure[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** The lines of which something runs, as docs/sizing.md has them. */
export function memoryTable(rows: readonly Row[]): string {
  return markdownTable(
    ['MiB', 'planned', 'idle', 'under load', 'peak', 'covered'],
    rows.map(({ what, planned, idle, load, peak, covered }) => [
      what,
      ...[planned, idle, load, peak].map(String),
      covered,
    ]),
  );
}
