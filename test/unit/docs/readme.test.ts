import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { EXIT } from '../../../src/errors.ts';
import { dockerRepository } from '../../../src/plan/docker-support.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { hostFacts, someAnswers } from '../../support/facts.ts';
import { askedFlags, questionsTable } from '../../support/readme-table.ts';

/** `UPDATE_README=1 npx vitest run --project unit test/unit/docs` writes the table as it is now. */
const UPDATE = process.env.UPDATE_README === '1';
const PATH = new URL('../../../README.md', import.meta.url);
const TABLE = /^\| flag \|.*\n(?:\|.*\n)+/m;

const read = (): string => readFileSync(PATH, 'utf8');

it('lists every question as the registry has it', () => {
  const table = `${questionsTable()}\n`;
  if (UPDATE)
    writeFileSync(
      PATH,
      read().replace(TABLE, () => table),
    );
  expect(TABLE.exec(read())?.[0]).toBe(table);
});

it('names what a terminal is asked for', () => {
  expect(read()).toContain(`asks for ${askedFlags()} when`);
});

it('documents every exit code', () => {
  const documented = [...read().matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code));
  expect(documented).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});

it('links only to places that exist', () => {
  const readme = read();
  const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(
    ([, text = '']) =>
      `#${text
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')}`,
  );
  for (const [, target = ''] of readme.matchAll(/\]\(([^)]+)\)/g)) {
    if (target.startsWith('#')) expect(headings).toContain(target);
    else if (!target.startsWith('https://')) readFileSync(new URL(`../../../${target}`, import.meta.url));
  }
});

it('names the images that are installed', () => {
  const { element: _, cinny: __, draupnir: ___, mjolnir: ____, ...always } = RELEASE.images;
  const names = Object.values(always).map((image) => image.replace('docker.io/library/', ''));
  const removal = /^docker image rm (.*)$/m.exec(read())?.[1] ?? '';
  expect(removal.split(' ').sort()).toEqual(names.sort());
});

it('pins the same key of Docker as the code', () => {
  expect(read()).toContain(dockerRepository(someAnswers(), hostFacts()).fingerprint);
});

it('answers each of the questions that come up first, by what is there', () => {
  const [, table = ''] = /^\| question \| answer \| test \|\n\|.*\n((?:\|.*\n)+)/m.exec(read()) ?? [];
  const rows = table.trim().split('\n');
  expect(rows).toHaveLength(8);
  const commands = Object.keys(COMMANDS);
  for (const row of rows) {
    const [, said = '', tests = ''] = row.slice(2, -2).split(' | ');
    for (const [, command = ''] of said.matchAll(/`([a-z-]+)[^`]*`/g))
      expect(commands, row).toContain(command);
    expect(said, row).toMatch(/`|\]\(/);
    const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    expect(paths.length, row).toBeGreaterThan(0);
    for (const path of paths) readFileSync(new URL(`../../../${path}`, import.meta.url));
  }
});
