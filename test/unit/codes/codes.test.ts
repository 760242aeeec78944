import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CODE_GROUPS, CODE_TEXTS } from '../../../src/codes/index.ts';
import { CODES } from '../../../src/federation/codes.ts';
import { runCli } from '../commands/run-cli.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const filesOf = (name: string): string[] =>
  readdirSync(folder(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

/** The sources without the explanations themselves and the catalogue of the federation check. */
const sources = readdirSync(folder('src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('codes/') && !path.startsWith('federation/'))
  .map((path) => readFileSync(join(folder('src'), path), 'utf8'))
  .join('\n');

/** `'MB-…'` as a string of its own. */
const literals = new Set(
  [...sources.matchAll(/'(MB-[A-Z0-9]+(?:-[A-Z0-9]+)*)'/g)].map(([, one]) => one as string),
);
/** What is certainly said as a code: of a failure, or of a command's failure. */
const said = new Set(
  [...sources.matchAll(/(?:code:|commandFailure\()\s*'(MB-[A-Z0-9-]+)'/g)].map(([, one]) => one as string),
);
/** Words by which scripts tell the program what they found. */
const markers = new Set(
  [...filesOf('templates/scripts'), ...[...sources.matchAll(/print "MB-[A-Z-]+ /g)].map(([one]) => one)]
    .flatMap((text) => text.match(/MB-[A-Z0-9]+(?:-[A-Z0-9]+)*/g) ?? [])
    .concat(['MB-LEFT']),
);

describe('every code that the program can say is explained', () => {
  test('the scan finds what it is meant to find', () => {
    expect(said.size).toBeGreaterThan(120);
    expect([...said]).toEqual(
      expect.arrayContaining(['MB-SSH-AUTH', 'MB-DNS-MISSING', 'MB-APT', 'MB-USAGE']),
    );
  });
  test('said with a failure: an entry in src/codes', () => {
    expect([...said].filter((code) => !(code in CODE_TEXTS))).toEqual([]);
  });
  test('any other word of that form is a marker of a script', () => {
    expect(
      [...literals].filter((word) => !(word in CODE_TEXTS) && !(word in CODES) && !markers.has(word)),
    ).toEqual([]);
  });
  test('and nothing is explained that nobody says', () => {
    expect(Object.keys(CODE_TEXTS).filter((code) => !literals.has(code))).toEqual([]);
  });
  test('each in one place', () => {
    const all = Object.values(CODE_GROUPS).flatMap((group) => Object.keys(group));
    expect(all).toHaveLength(new Set(all).size);
    expect(all.filter((code) => code in CODES)).toEqual([]);
  });
});

test.each(Object.entries(CODE_TEXTS))('%s is explained in short, whole sentences', (_code, text) => {
  const { means, why, fix, safe } = text;
  for (const sentence of [means, why, safe]) {
    expect(sentence).toMatch(/^\S.*\.$/);
    expect(sentence.length).toBeLessThan(160);
  }
  expect(fix.length).toBeGreaterThan(0);
  for (const line of fix) expect(line).not.toMatch(/\.$|undefined/);
});

describe('matrix-bastion explain', () => {
  test('a code: what, why, the fix, what is safe', async () => {
    const { code, stdout } = await runCli(['explain', 'MB-SSH-AUTH']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MB-SSH-AUTH\n\n.*\n.*\n\nFix\n( {2}- .*\n)+\nSafe: Nothing was changed\.\n$/);
  });
  test.each(['ssh-auth', 'mb-ssh-auth', 'MB-SSH-AUTH,'])('%s is read as it is meant', async (text) => {
    expect((await runCli(['explain', text])).stdout).toMatch(/^MB-SSH-AUTH\n/);
  });
  test('a finding as before, with lines for web servers', async () => {
    expect((await runCli(['explain', '13'])).stdout).toMatch(/^MB-FED-013 [\s\S]*nginx/);
  });
  test('as JSON', async () => {
    const { stdout } = await runCli(['explain', 'MB-APT-LOCK', '--json']);
    expect(JSON.parse(stdout)).toEqual({ code: 'MB-APT-LOCK', ...CODE_TEXTS['MB-APT-LOCK'] });
  });
  test.each([
    ['MB-SSH-AUHT', 'MB-SSH-AUTH'],
    ['DNS-MISING', 'MB-DNS-MISSING'],
    ['MB-FED-999', 'MB-FED-'],
  ])('%s is none; %s is offered', async (text, meant) => {
    const { code, stderr } = await runCli(['explain', text]);
    expect(code).toBe(2);
    expect(stderr).toContain(`did you mean ${meant}`);
  });
  test('without a code all of them, each with a line', async () => {
    const { stdout } = await runCli(['explain']);
    for (const code of [...Object.keys(CODE_TEXTS), ...Object.keys(CODES)])
      expect(stdout).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'm'));
  });
});
