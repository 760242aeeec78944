import type { Style } from './colour.ts';
import { displayWidth } from './width.ts';

/** A table with a heading for each column; the first column names the row. */
export interface Grid {
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
}

export interface GridLook {
  /** Columns of the terminal. */
  readonly columns: number;
  readonly style: Style;
  readonly clean: (text: string) => string;
}

const GAP = '  ';

/** Side by side where it fits; else each row as a short list, which any width and a screen reader can take. */
export function renderGrid(grid: Grid, { columns: available, style, clean }: GridLook): string {
  const titles = grid.columns.map(({ title }) => clean(title));
  const rows = grid.rows.map((row) => row.map(clean));
  const widths = titles.map((title, index) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
  if (total > available) return stacked(titles, rows, style);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const space = ' '.repeat((widths[index] ?? 0) - displayWidth(cell));
        return grid.columns[index]?.align === 'right' ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd();
  return `${[style.strong(line(titles)), ...rows.map(line)].join('\n')}\n`;
}

function stacked(titles: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const lines = rows.flatMap(([name = '', ...cells]) => [
    style.strong(name),
    ...cells.map((cell, index) => `${GAP}${titles[index + 1]}: ${cell}`),
  ]);
  return `${lines.join('\n')}\n`;
}
