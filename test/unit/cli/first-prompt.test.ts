import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const watch = fileURLToPath(new URL('first-prompt/watch-modules.mjs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'first-prompt-'));
afterAll(() => rmSync(home, { recursive: true }));

/** The modules that are loaded until the first question of a bare `init`: our own, and the packages of others. */
async function loadedUntilTheQuestion() {
  const begin = `import(${JSON.stringify(join(checkout, 'src/cli.ts'))}).then((cli) => cli.main(['init']))`;
  const { stderr } = await execa(process.execPath, ['--import', watch, '--input-type=module', '-e', begin], {
    env: { HOME: home, XDG_STATE_HOME: home, TERM: 'xterm' },
    cwd: home,
    timeout: 60_000,
  });
  const paths = stderr
    .split('\n')
    .filter((url) => url.startsWith('file:'))
    .map((url) => fileURLToPath(url));
  const packages = paths.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const own = paths.flatMap((path) =>
    path.startsWith(join(checkout, 'src/')) ? [path.slice(checkout.length)] : [],
  );
  return { packages: new Set(packages), own };
}

/**
 * Speed is measured by `npm run bench -- prompt`; what it depends on is here, where no busy machine can change the
 * outcome: what the first question does not need is not loaded before it.
 */
describe('before the first question', async () => {
  const { packages, own } = await loadedUntilTheQuestion();

  test('the question itself is there', () => {
    expect([...packages]).toEqual(expect.arrayContaining(['commander', '@inquirer/core']));
    expect(own).toEqual(expect.arrayContaining(['src/cli.ts', 'src/commands/init/start.ts']));
  });
  test.each(['ssh2', 'execa', 'yaml', 'listr2', 'diff'])('%s is not loaded', (name) => {
    expect([...packages]).not.toContain(name);
  });
  test('nor is what looks at machines, sizes, renders, applies or checks', () => {
    const heavy =
      /^src\/(sizing|render-io|apply|steps|outside|edits|federation\/(probe|judge)|host\/(?!target|ssh-hosts))/;
    expect(own.filter((path) => heavy.test(path))).toEqual([]);
    expect(own).not.toContain('src/commands/init.ts');
  });
});
