import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULTS } from '../../faults/list.ts';

const PATH = new URL('../../../docs/reliability.md', import.meta.url);
const HEAD = '| fault | id | what is said |\n| --- | --- | --- |\n';

const row = ({ id, what, said, cheap }: (typeof FAULTS)[number]): string => {
  const name = cheap ? `**\`${id}\`**` : `\`${id}\``;
  return `| ${what} | ${name} | ${said === 'none' ? 'the run ends well all the same' : `\`${said.code}\``} |\n`;
};

it('docs/reliability.md has every fault that npm run faults meets', () => {
  const text = readFileSync(PATH, 'utf8');
  const table = `${HEAD}${FAULTS.map(row).join('')}`;
  const found = new RegExp(`${HEAD.replaceAll('|', '\\|')}(?:\\|.*\\n)*|FAULTS_TABLE\\n`);
  if (process.env.UPDATE_DOCS)
    writeFileSync(
      PATH,
      text.replace(found, () => table),
    );
  expect(readFileSync(PATH, 'utf8')).toContain(`\n${table}\n`);
});

it('gives each fault a name of its own', () => {
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
});
