import { expect, test } from 'vitest';
import { main } from '../../../src/cli.ts';

/** Runs `plan` as a script does and collects what it prints. */
async function plan(...flags: string[]) {
  let text = '';
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  const stream = { write, isTTY: false };
  const stdout = stream as unknown as NodeJS.WriteStream;
  const code = await main(['plan', '--domain', 'example.org', ...flags], {
    stdin: {},
    stdout,
    stderr: stdout,
    env: {},
  });
  return { code, text };
}

test('the tier’s size counts when nothing is said about the box', async () => {
  const { code, text } = await plan('--tier', 'garrison');
  expect(code).toBe(0);
  expect(text).toMatch(/^Sum +8192 of 8192 MiB$/m);
});

test('the memory of the flag is what is divided, not the tier’s', async () => {
  const { code, text } = await plan('--memory', '3G');
  expect(code).toBe(0);
  expect(text).toMatch(/^Sum +3072 of 3072 MiB$/m);
});

test('the processors of the flag count', async () => {
  expect((await plan('--memory', '8G', '--vcpus', '1')).text).toContain('With one vCPU');
});

test('a box that is too small is refused with the least', async () => {
  const { code, text } = await plan('--memory', '600M');
  expect(code).toBe(1);
  expect(text).toContain('The machine has 600 MiB of RAM; 900 MiB are the least.');
});
