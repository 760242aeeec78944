import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guide-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const guide = (...words: readonly string[]) => runCli(['guide', ...words], folder);
const keepAnswers = (text: string): void => {
  const place = join(folder, 'matrix-bastion', 'example.org');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'answers.yaml'), text);
};

test('the answers of init fill it in, flags win', async () => {
  keepAnswers('domain: example.org\nmatrix-host: m.example.org\nadmin: ada\nemail: ada@example.org\n');
  const { code, stdout } = await guide('example.org');
  expect(code).toBe(0);
  for (const name of ['https://m.example.org', '@ada:example.org', 'ada@example.org'])
    expect(stdout).toContain(name);
  const said = await guide('example.org', '--contact', 'the shed', '--client', 'https://chat.example.org/');
  expect(said.stdout).toContain('the shed');
  expect(said.stdout).not.toContain('ada@example.org');
  expect(said.stdout).toContain('<https://chat.example.org>');
});

test('a client of the own server is the one that people are led to', async () => {
  keepAnswers('domain: example.org\nadmin: ada\nclient: element\nclient-host: chat.example.org\n');
  expect((await guide('example.org')).stdout).toContain('<https://chat.example.org>');
});

test('of a server that is not known here it has to be said whom to ask', async () => {
  const { code, stderr } = await guide('example.org');
  expect(code).toBe(2);
  expect(stderr).toContain('--contact is needed');
  expect((await guide('example.org', '--contact', 'Ada')).stdout).toContain('https://matrix.example.org');
});

test('a file is written once and never over another', async () => {
  const out = join(folder, 'welcome.html');
  const first = await guide('example.org', '--contact', 'Ada', '--html', '--out', out);
  expect(first).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/);
  writeFileSync(out, 'mine');
  const again = await guide('example.org', '--contact', 'Ada', '--html', '--out', out);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('MB-GUIDE-FILE');
  expect(readFileSync(out, 'utf8')).toBe('mine');
});
