/** `init` without a machine, in a real terminal: the names of ~/.ssh/config are offered. Needs no machine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN } from '../support/product.ts';
import { openTerminal } from '../support/terminal.ts';

const home = mkdtempSync(join(tmpdir(), 'where-'));

beforeAll(() => {
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, '.ssh', 'config'), 'Host harbour garden *.example\n');
});
afterAll(() => rmSync(home, { recursive: true }));

const START = `clear; HOME='${home}' ${process.execPath} ${BIN} init; echo "exit=$?"`;

test('a chosen name is the machine, also of the command that goes on', async () => {
  const terminal = await openTerminal(80, 24);
  try {
    await terminal.enter(START);
    await terminal.until(/❯ harbour\s+garden\s+another one: type it/);
    await terminal.press('Down', 'Enter');
    // No such machine: the name is known to nobody.
    await terminal.until(/^exit=1\n\$$/m);
    const text = await terminal.text();
    expect(text).toMatch(/FAILED MB-SSH-\S+ .*garden/);
    expect(text).toMatch(/Then go on with:\s+matrix-bastion init garden$/m);
  } finally {
    await terminal.close();
  }
});

test('typed, wrong at first; Ctrl-C gives the terminal back', async () => {
  const terminal = await openTerminal(40, 20);
  try {
    const before = await terminal.settings();
    await terminal.enter(START);
    await terminal.until(/another one: type it/);
    await terminal.press('Up', 'Down', 'Down', 'Down', 'Enter');
    await terminal.until(/Machine \(user@host/);
    await terminal.enter('root@@vps');
    await terminal.until(/does not name a machine/);
    await terminal.press('C-c');
    // With the prompt below it: the shell sets the terminal for it before it writes it.
    await terminal.until(/^exit=130\n\$$/m);
    expect(await terminal.text()).toContain('STOPPED MB-INTERRUPTED');
    expect(await terminal.settings()).toBe(before);
  } finally {
    await terminal.close();
  }
});
