import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const text = read('docs/manners.md');

describe('docs/manners.md', () => {
  it('has every point once', () => {
    const points = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, point]) => Number(point));
    expect(points).toEqual([...Array.from({ length: 34 }, (_, index) => index + 1), 49, 50]);
  });

  it('names only files that are there', () => {
    const paths = [...text.matchAll(/`((?:src|test|templates)\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });

  it('gives each point a test', () => {
    const rows = text.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    for (const row of rows) expect(row.split(' | ').at(-1), row).toMatch(/`test\//);
  });

  it('has no point that is not met yet', () => {
    expect(text).not.toMatch(/not yet/);
  });

  it('lists every code of the preflight', () => {
    const files = readdirSync(new URL('src/plan/preflight/', root)).map(
      (name) => `src/plan/preflight/${name}`,
    );
    const sources = [...files, 'src/commands/init/budget.ts'].map(read).join('\n');
    const codes = new Set([...sources.matchAll(/code: '(MB-[A-Z0-9-]+)'/g)].map(([, code = '']) => code));
    expect(codes.size).toBeGreaterThan(30);
    expect([...codes].filter((code) => !text.includes(code))).toEqual([]);
  });
});
