import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BarTable, renderBars } from '../../../src/ui/bars.ts';
import { bar, canShowBlocks } from '../../../src/ui/blocks.ts';
import { chooseStyle } from '../../../src/ui/colour.ts';
import { renderGrid } from '../../../src/ui/grid.ts';
import { displayWidth } from '../../../src/ui/width.ts';

const style = chooseStyle({ isTTY: false }, {});
const clean = (text: string) => text;

test.each([
  [0, ''],
  [0.001, '▏'],
  [1 / 80, '▏'],
  [0.5, '█████'],
  [0.55, '█████▌'],
  [1, '██████████'],
  [7, '██████████'],
])('a bar of %d in ten columns is %j', (share, drawn) => {
  expect(bar(share, 10, true)).toBe(drawn);
});

test.each([
  [0, ''],
  [0.01, '.'],
  [0.05, '#'],
  [0.5, '#####'],
  [1, '##########'],
])('in ASCII a bar of %d is %j', (share, drawn) => {
  expect(bar(share, 10, false)).toBe(drawn);
});

test.each<[Record<string, string>, NodeJS.Platform, boolean]>([
  [{ LANG: 'en_US.UTF-8' }, 'linux', true],
  [{ LANG: 'C.utf8' }, 'linux', true],
  [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, 'linux', false],
  [{ LANG: 'C.UTF-8', LC_ALL: '' }, 'linux', true],
  [{ LANG: 'C.UTF-8', LC_CTYPE: 'POSIX' }, 'linux', false],
  [{}, 'linux', false],
  [{ LANG: 'C.UTF-8', TERM: 'linux' }, 'linux', false],
  [{ LANG: 'C.UTF-8', TERM: 'dumb' }, 'linux', false],
  [{ WT_SESSION: 'x' }, 'win32', true],
  [{}, 'win32', false],
])('blocks with %j on %s: %s', (env, platform, blocks) => {
  expect(canShowBlocks(env, platform)).toBe(blocks);
});

const table: BarTable = {
  rows: [
    { name: 'One', amount: 512 },
    { name: 'The other one', amount: 1024 },
    { name: 'Rest', amount: 512, free: true },
  ],
  whole: 2048,
  unit: 'MiB',
};

describe('the table with bars', () => {
  test('at 80 columns', () => {
    expect(renderBars(table, { columns: 80, blocks: false, style, clean })).toBe(`\
One             512 MiB  ##########
The other one  1024 MiB  ####################
Rest            512 MiB  ##########
Sum            2048 of 2048 MiB
`);
  });
  test('no bar where there is no room for it', () => {
    expect(renderBars(table, { columns: 30, blocks: false, style, clean })).toBe(`\
One             512 MiB
The other one  1024 MiB
Rest            512 MiB
Sum            2048 of 2048 MiB
`);
  });
  test('names are cut before figures', () => {
    expect(renderBars(table, { columns: 20, blocks: false, style, clean })).toContain(
      'The other…  1024 MiB\n',
    );
  });
  test('no row is wider than the terminal, and no bar longer than the whole', () => {
    const rows = fc.array(fc.record({ name: fc.string({ maxLength: 40 }), amount: fc.nat(500_000) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 24, max: 200 }), fc.boolean(), (parts, columns, blocks) => {
        const whole = Math.max(
          1,
          parts.reduce((sum, { amount }) => sum + amount, 0),
        );
        const text = renderBars({ rows: parts, whole, unit: 'MiB' }, { columns, blocks, style, clean });
        for (const line of text.split('\n').slice(0, parts.length))
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('the grid', () => {
  const grid = {
    columns: [
      { title: 'Name', align: 'left' as const },
      { title: 'MiB', align: 'right' as const },
    ],
    rows: [
      ['main', '1024'],
      ['sync-1', '9'],
    ],
  };
  test('side by side', () => {
    expect(renderGrid(grid, { columns: 80, style, clean })).toBe(
      'Name     MiB\nmain    1024\nsync-1     9\n',
    );
  });
  test('one under the other where it does not fit', () => {
    expect(renderGrid(grid, { columns: 11, style, clean })).toBe('main\n  MiB: 1024\nsync-1\n  MiB: 9\n');
  });
});
