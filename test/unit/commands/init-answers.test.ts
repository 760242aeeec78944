import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAnswersFile } from '../../../src/answers/file.ts';
import { main } from '../../../src/cli.ts';
import { fakeStream } from '../ui/fake-stream.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'answers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const init = async (...flags: readonly string[]) => {
  const stdout = fakeStream();
  const stderr = fakeStream();
  const env = { XDG_STATE_HOME: folder, HOME: folder, MATRIX_BASTION_ADMIN: 'ada' };
  const code = await main(['init', ...flags], { stdin: {}, stdout, stderr, env });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

test('--print-answers writes a file that gives just what was given', async () => {
  const { code, stdout, stderr } = await init('--print-answers', '--domain', 'example.org', '--rooms', '7');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(parseAnswersFile(stdout, 'x')).toEqual({
    name: 'x',
    answers: { domain: 'example.org', rooms: '7', admin: 'ada' },
    problems: [],
  });
});

test('what it printed is accepted as --answers, and --explain-answers names it as the source', async () => {
  const file = join(folder, 'answers.yaml');
  writeFileSync(file, (await init('--print-answers', '--domain', 'example.org')).stdout);
  const { code, stdout } = await init('--explain-answers', '--answers', file, '--tier', 'ravelin');
  expect(code).toBe(0);
  const rows = stdout.replaceAll(/\s+/g, ' ');
  expect(rows).toContain(`--domain Value: example.org From: --answers ${file}`);
  expect(rows).toContain('--tier Value: ravelin From: flag of this run');
  expect(rows).toContain('--admin Value: ada From: environment, MATRIX_BASTION_ADMIN');
  expect(rows).toContain('--rooms Value: 100 From: default: ');
});

test('a wrong answer is refused by both', async () => {
  for (const flag of ['--print-answers', '--explain-answers']) {
    const { code, stdout, stderr } = await init(flag, '--domain', 'example.org', '--rooms', 'many');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--rooms');
  }
});

test('both at once are refused', async () => {
  const { code, stderr } = await init('--print-answers', '--explain-answers');
  expect(code).toBe(2);
  expect(stderr).toContain('--print-answers does not go with --explain-answers');
});
