/** The run, a failure and the end in a real terminal of three sizes, kept as text. Needs no machine. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openTerminal } from '../support/terminal.ts';

const PROGRAM = fileURLToPath(new URL('wizard/showing.ts', import.meta.url));
/** `exit=0` with the prompt below it: the shell sets the terminal for that before it writes it. */
const SCREENS = [
  { name: 'the run', word: 'run', there: /45 %/ },
  { name: 'a failure', word: 'failure', there: /Full log[\s\S]*exit=0\n\$$/ },
  { name: 'the end', word: 'end', there: /Log: [\s\S]*exit=0\n\$$/ },
] as const;

/** What the program showed, between its command line and its exit code; the one thing that moves stands still. */
const shown = (lines: string): string =>
  lines
    .replace(/^[\s\S]*?echo\s*"ex[\s\S]*?\$\?"\n/, '')
    .replace(/\nexit=0[\s\S]*$/, '')
    // Whether the command line is still above it when the screen has been cleared is up to the terminal.
    .replace(/^\n+/, '')
    .replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋');

test.each([
  [80, 24],
  [120, 40],
  [40, 20],
])('at %i×%i', async (columns, rows) => {
  const kept: string[] = [];
  for (const { name, word, there } of SCREENS) {
    const terminal = await openTerminal(columns, rows);
    try {
      const before = await terminal.settings();
      await terminal.enter(`clear; ${process.execPath} ${PROGRAM} ${word}; echo "exit=$?"`);
      await terminal.until(there);
      // What scrolled away is read as well: nobody sees the whole of it at once in a small terminal.
      kept.push(`== ${name}\n${shown(await terminal.lines())}\n`);
      if (word !== 'run') expect(await terminal.settings()).toBe(before);
    } finally {
      await terminal.close();
    }
  }
  const text = kept.join('\n');
  for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns);
  await expect(text).toMatchFileSnapshot(`wizard/screens/run-${columns}x${rows}.txt`);
});
