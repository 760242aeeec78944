import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DIFFERENCES } from '../../federation-go/differences.ts';

/** `UPDATE_DOCS=1 npx vitest run --project unit test/unit/docs` writes the table as it is now. */
const UPDATE = process.env.UPDATE_DOCS === '1';
const PATH = new URL('../../../docs/federation.md', import.meta.url);
const BLOCK = /(<!-- differences -->\n\n)([\s\S]*?)(\n\n<!-- end -->)/;

const read = (): string => readFileSync(PATH, 'utf8');
if (UPDATE)
  writeFileSync(
    PATH,
    read().replace(BLOCK, (_all, begin, _old, end) => begin + table() + end),
  );

it('docs/federation.md has every difference to the public tester', () => {
  expect(BLOCK.exec(read())?.[2]).toBe(table());
});

function table(): string {
  const head = ['server', 'specification', 'public tester', 'decided by', 'the tester'];
  const rows = DIFFERENCES.map(({ fault, spec, go, decides, why }) => [
    fault.replace(/^nothing: /, ''),
    spec,
    go,
    decides,
    why,
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}
