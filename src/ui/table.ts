import { displayWidth } from './width.ts';

export interface TableRow {
  readonly name: string;
  /** Further lines are aligned under the first. */
  readonly value: string;
}

/** Two columns without borders: they survive copying, narrow terminals and screen readers. */
export function renderTable(rows: readonly TableRow[]): string {
  const width = Math.max(0, ...rows.map(({ name }) => displayWidth(name)));
  const lines = rows.map(({ name, value }) => {
    const indent = ' '.repeat(width + 2);
    return `${name}${' '.repeat(width + 2 - displayWidth(name))}${value.replaceAll('\n', `\n${indent}`)}`.trimEnd();
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
