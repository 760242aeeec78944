import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BLOCKS } from './sizing-tables.ts';

/** `UPDATE_DOCS=1 npx vitest run --project unit test/unit/docs` writes the planned columns as they are now. */
const UPDATE = process.env.UPDATE_DOCS === '1';
const PATH = new URL('../../../docs/sizing.md', import.meta.url);
const BLOCK = /<!-- ([a-z ]+) -->\n\n([\s\S]*?)\n\n<!-- end -->/g;

const read = (): string => readFileSync(PATH, 'utf8');

if (UPDATE) {
  const text = read().replace(BLOCK, (_all, name: string, block: string) => {
    const made = BLOCKS[name]?.(block) ?? block;
    return `<!-- ${name} -->\n\n${made}\n\n<!-- end -->`;
  });
  writeFileSync(PATH, text);
}

describe('docs/sizing.md', () => {
  const blocks = [...read().matchAll(BLOCK)].map(([, name = '', block = '']) => ({ name, block }));

  it('has every table once', () => {
    expect(blocks.map(({ name }) => name).sort()).toEqual(Object.keys(BLOCKS).sort());
  });

  it.each(blocks)('$name: is what the plan says', ({ name, block }) => {
    expect(block).toBe(BLOCKS[name]?.(block));
  });

  it.each(blocks.filter(({ name }) => name.startsWith('memory')))(
    '$name: every line of which something runs was measured and is covered',
    ({ block }) => {
      const rows = block.split('\n').slice(2);
      const running = rows.filter((row) => !/^\| (Reserve|Page cache)/.test(row));
      expect(running.length).toBeGreaterThan(4);
      for (const row of running) expect(row).toMatch(/^\|[^|]+(\| +\d+ ){4}\| (yes|with the reserve) +\|$/);
    },
  );
});
