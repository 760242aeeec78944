import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS, CODES, type Code, type CodeEntry } from '../../../src/federation/codes.ts';
import { DIFFERENCES } from '../../federation-go/differences.ts';

/** `UPDATE_DOCS=1 npx vitest run --project unit test/unit/docs` writes the table as it is now. */
const UPDATE = process.env.UPDATE_DOCS === '1';
const PATH = new URL('../../../docs/federation.md', import.meta.url);
const BLOCK = /(<!-- differences -->\n\n)([\s\S]*?)(\n\n<!-- end -->)/;

const CODES_BLOCK = /(<!-- codes -->\n\n)([\s\S]*?)(\n?<!-- end codes -->)/;

const read = (): string => readFileSync(PATH, 'utf8');
if (UPDATE)
  writeFileSync(
    PATH,
    read()
      .replace(BLOCK, (_all, begin, _old, end) => begin + table() + end)
      .replace(CODES_BLOCK, (_all, begin) => `${begin}${codesTable()}\n\n<!-- end codes -->`),
  );

it('docs/federation.md has every difference to the public tester', () => {
  expect(BLOCK.exec(read())?.[2]).toBe(table());
});

it('docs/federation.md has every code', () => {
  expect(CODES_BLOCK.exec(read())?.[2]?.trimEnd()).toBe(codesTable());
});

/** The codes in the order of the way, as the registry has them. */
function codesTable(): string {
  const all = Object.entries(CODES) as readonly [Code, CodeEntry][];
  const ordered = CHECKS.flatMap((check) => all.filter(([, entry]) => entry.check === check));
  const head = ['code', 'about', 'what', 'specification', 'tester', 'strictest'];
  const rows = ordered.map(([code, { check, title, severity, go, strict }]) => [
    code,
    check,
    title,
    severity,
    go === 'off' ? '-' : (go ?? severity),
    strict ?? severity,
  ]);
  return aligned([head, ...rows]);
}

function aligned([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function table(): string {
  const head = ['server', 'specification', 'public tester', 'decided by', 'the tester'];
  const rows = DIFFERENCES.map(({ fault, spec, go, decides, why }) => [
    fault.replace(/^nothing: /, ''),
    spec,
    go,
    decides,
    why,
  ]);
  return aligned([head, ...rows]);
}
