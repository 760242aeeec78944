import { bar } from './blocks.ts';
import type { Style } from './colour.ts';
import { cut, displayWidth } from './width.ts';

/** How a whole is divided, a bar for each part. */
export interface BarTable {
  readonly rows: readonly {
    readonly name: string;
    /** Not negative. */
    readonly amount: number;
    /** What nobody is promised: drawn faint. */
    readonly free?: boolean;
  }[];
  readonly whole: number;
  readonly unit: string;
}

export interface BarLook {
  readonly columns: number;
  /** Block characters; ASCII otherwise. */
  readonly blocks: boolean;
  readonly style: Style;
  readonly clean: (text: string) => string;
}

const LONGEST_BAR = 40;
/** Shorter ones tell nothing: then there are none. */
const SHORTEST_BAR = 8;
const SUM = 'Sum';

/** Name, amount and bar; the last line is the sum. Figures are never cut: names are, and bars go first. */
export function renderBars({ rows, whole, unit }: BarTable, look: BarLook): string {
  const { columns, blocks, style, clean } = look;
  const names = rows.map(({ name }) => clean(name));
  const sum = rows.reduce((total, { amount }) => total + amount, 0);
  const digits = Math.max(...[...rows.map(({ amount }) => amount), sum].map((one) => String(one).length));
  const figures = digits + 1 + displayWidth(unit);
  const longest = Math.max(SUM.length, ...names.map(displayWidth));
  const width = Math.min(longest, Math.max(SHORTEST_BAR, columns - 2 - figures));
  const room = Math.min(LONGEST_BAR, columns - width - figures - 4);
  const lines = rows.map(({ amount, free }, index) => {
    const name = cut(names[index] ?? '', width);
    const drawn = room < SHORTEST_BAR ? '' : bar(amount / whole, room, blocks);
    const coloured = free === true ? style.faint(drawn) : style.good(drawn);
    const text = `${padded(name, width)}  ${String(amount).padStart(digits)} ${unit}`;
    return drawn === '' ? text : `${text}  ${coloured}`;
  });
  const total = `${padded(SUM, width)}  ${String(sum).padStart(digits)} of ${whole} ${unit}`;
  return `${[...lines, style.strong(total)].join('\n')}\n`;
}

const padded = (text: string, width: number): string => text + ' '.repeat(width - displayWidth(text));
