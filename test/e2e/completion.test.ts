/** The completion scripts in the shells themselves: a key is pressed in a real terminal, and the line is looked at. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN } from '../support/product.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'completion-'));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** How each shell is started without anybody's settings, and what belongs before README's line. */
const SHELLS = [
  { shell: 'bash', start: 'bash --noprofile --norc', before: "PS1='> '" },
  { shell: 'zsh', start: 'zsh -f', before: "PS1='> '; autoload -Uz compinit && compinit -u" },
  { shell: 'fish', start: 'fish --no-config', before: "function fish_prompt; echo -n '> '; end" },
] as const;

/** What README tells people to write into the shell's own file. */
const readmeLine = (shell: string): string => {
  const [, line] =
    new RegExp(`^(.*matrix-bastion completion ${shell}\\b.*?)(?: +#.*)?$`, 'm').exec(README) ?? [];
  if (line === undefined) throw new Error(`README has no line for ${shell}`);
  return line;
};

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(BIN, join(folder, 'bin', 'matrix-bastion'));
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  const home = join(folder, 'home');
  mkdirSync(join(home, '.ssh', 'more'), { recursive: true });
  writeFileSync(join(home, '.ssh', 'config'), 'Include more/*\nHost garden *.example\n  User root\n');
  writeFileSync(join(home, '.ssh', 'more', 'work'), 'Host harbour\n');
  mkdirSync(join(home, 'a folder'));
  writeFileSync(join(home, 'answers.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(SHELLS)('$shell', ({ shell, start, before }) => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal(120, 40);
    const home = join(folder, 'home');
    const path = `${join(folder, 'bin')}:${dirname(process.execPath)}:$PATH`;
    await terminal.enter(
      `cd '${home}'; env HOME='${home}' XDG_CONFIG_HOME='${home}' PATH="${path}" ${start}`,
    );
    await terminal.enter(before);
    await terminal.enter(readmeLine(shell));
    // The line itself does not hold the word that it prints.
    await terminal.enter('echo "re""ady"');
    await terminal.until(/^ready$/m);
  });
  afterAll(() => terminal.close());

  /** Types a line and Tab, and waits until the screen shows what is expected; then the line is taken away. */
  const completed = async (line: string, shown: RegExp): Promise<void> => {
    // What a test before this one may have left.
    await terminal.press('C-u');
    await terminal.clear();
    await terminal.type(line);
    await terminal.press('Tab');
    await terminal.until(shown, 15_000);
    await terminal.press('C-u');
  };

  test.each([
    ['a command', 'matrix-bastion ini', /matrix-bastion init$/m],
    ['a flag', 'matrix-bastion init --matrix-h', /init --matrix-host$/m],
    ['a choice of a question', 'matrix-bastion init --tier gar', /--tier garrison/],
    ['a choice behind =', 'matrix-bastion init --tier=gar', /--tier=garrison/],
    ['a choice of a flag', 'matrix-bastion plan --domain x.org --compare ravelin,gar', /ravelin,garrison/],
    ['the shells', 'matrix-bastion completion f', /completion fish/],
    ['a machine of ~/.ssh/config', 'matrix-bastion init gar', /init garden/],
    ['one of an included file', 'matrix-bastion init har', /init harbour/],
    ['with a user before it', 'matrix-bastion init root@gar', /init root@garden/],
    ['for the database', 'matrix-bastion init garden --db-host root@har', /--db-host root@harbour/],
    ['a file', 'matrix-bastion init --answers ans', /--answers answers\.yaml/],
    ['a file behind =', 'matrix-bastion init --answers=ans', /--answers=answers\.yaml/],
    ['a folder', 'matrix-bastion plan --out "a f', /a(\\| )+folder/],
    ['a flag among similar ones', 'matrix-bastion init --print-a', /--print-answers/],
  ])('%s', (_what, line, shown) => completed(line, shown), 60_000);

  test('a list of what fits equally well', async () => {
    await terminal.clear();
    await terminal.type('matrix-bastion init --s');
    await terminal.press('Tab', 'Tab');
    for (const flag of ['--ssh-password-file', '--sudo-password-file'])
      await terminal.until(new RegExp(flag), 15_000);
    await terminal.press('C-u');
  }, 60_000);

  test('nothing that does not fit', async () => {
    await terminal.clear();
    await terminal.type('matrix-bastion check example.org --timeout ');
    await terminal.press('Tab', 'Tab');
    await terminal.press('X');
    await terminal.until(/--timeout X$/m);
    expect(await terminal.text()).not.toContain('answers.yaml');
    await terminal.press('C-u');
  });
});
