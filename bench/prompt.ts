/**
 * `npm run bench -- prompt`: from the start of `matrix-bastion init` in a terminal until its first question is on the
 * screen, beside `node -e 0` in the same kind of terminal, in turns. The terminal is script(1)'s.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, median } from './timing.ts';

const ROUNDS = 15;
const PATIENCE_MS = 30_000;
/** Without machines in ~/.ssh/config the first question is which one is meant, to be typed. */
const QUESTION = 'Machine (user@host';

const home = mkdtempSync(join(tmpdir(), 'prompt-'));

/** Milliseconds until `said` is on the screen; until the end when it is empty. */
const until = async (args: readonly string[], said: string): Promise<number> => {
  const words = [process.execPath, ...args].map((word) => `'${word}'`).join(' ');
  const begun = performance.now();
  const child = spawn('script', ['-qec', words, '/dev/null'], {
    env: { PATH: process.env.PATH, HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  const taken = await new Promise<number>((done, fail) => {
    setTimeout(() => fail(new Error(`no question within ${PATIENCE_MS} ms: ${text}`)), PATIENCE_MS).unref();
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString('utf8');
      if (said !== '' && text.includes(said)) done(performance.now() - begun);
    });
    child.on('close', () => {
      if (said === '') done(performance.now() - begun);
      else fail(new Error(`ended without a question: ${text}`));
    });
  });
  child.kill();
  return taken;
};

await until([BIN, 'init'], QUESTION);
const prompts: number[] = [];
const nothings: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  nothings.push(await until(['-e', '0'], ''));
  prompts.push(await until([BIN, 'init'], QUESTION));
}
rmSync(home, { recursive: true });
const [prompt, nothing] = [median(prompts), median(nothings)];
console.log(
  `first question of init: ${prompt.toFixed(0)} ms, ${(prompt / nothing).toFixed(2)} × node -e 0 (${nothing.toFixed(0)} ms), median of ${ROUNDS}, Node ${process.version}`,
);
process.exit(0);
