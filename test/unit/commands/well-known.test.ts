import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { differences } from '../../../src/commands/well-known/differences.ts';
import { untilPublished } from '../../../src/commands/well-known/wait.ts';
import { wellKnownFiles } from '../../../src/federation/wellknown.ts';
import { Lab } from '../federation/lab/lab.ts';
import { json } from '../federation/lab/server.ts';
import { runCli } from './run-cli.ts';

let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(async () => {
  await lab.reset();
  folder = mkdtempSync(join(tmpdir(), 'well-known-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const wellKnown = (...words: readonly string[]) => runCli(['well-known', ...words], folder);

test('prints the customary files, or those of the answers', async () => {
  const { code, stdout } = await wellKnown('example.org');
  expect(code).toBe(0);
  expect(stdout).toContain('{"m.server":"matrix.example.org:443"}');
  expect(stdout).not.toContain('support');
  const place = join(folder, 'matrix-bastion', 'example.org');
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, 'answers.yaml'),
    'domain: example.org\nmatrix-host: chat.example.org\nadmin: ada\n',
  );
  const ours = await wellKnown('example.org', '--for', 'netlify');
  expect(ours.stdout).toContain('{"m.server":"chat.example.org:443"}');
  expect(ours.stdout).toContain('@ada:example.org');
  expect((await wellKnown('example.org', '--host', 'm.example.org')).stdout).toContain('m.example.org:443');
});

describe('what is published', () => {
  const FILES = wellKnownFiles({ domain: 'example.org', matrixHost: 'matrix.example.org', admin: 'admin' });
  const found = async () => differences((await lab.check()).evidence, FILES);

  test('is the same, however it is written', async () => {
    await lab.healthy({
      '/.well-known/matrix/client': json('{ "m.homeserver" : {"base_url": "https://matrix.example.org"} }\n'),
    });
    expect(await found()).toEqual([]);
  });
  test('leads elsewhere', async () => {
    await lab.healthy({ '/.well-known/matrix/server': json({ 'm.server': 'old.example.org:443' }) });
    expect(await found()).toEqual([
      'server: 127.0.0.2 says old.example.org:443, it should say matrix.example.org:443',
    ]);
  });
  test('is missing, or is another file', async () => {
    await lab.healthy({
      '/.well-known/matrix/client': json({ 'm.homeserver': { base_url: 'https://old.example.org' } }),
      '/.well-known/matrix/support': { status: 404 },
    });
    expect(await found()).toEqual(['client: is another file than it should be', 'support: HTTP 404']);
  });
  test('cannot be asked for', async () => {
    expect(await found()).toEqual([
      'server: example.org has no address that could be asked',
      'client: HTTP without an answer',
      'support: HTTP without an answer',
    ]);
  });
});

test('--wait ends when it is there, or at its limit', async () => {
  const looks = [['server: HTTP 404'], ['server: HTTP 404'], []];
  const notes: string[] = [];
  const ui = { note: (line: string) => void notes.push(line) };
  const { signal } = new AbortController();
  expect(await untilPublished(async () => looks.shift() ?? [], 60_000, ui, signal, 1)).toEqual([]);
  expect(notes).toEqual(['Waiting: server: HTTP 404']);
  expect(await untilPublished(async () => ['x'], 10, ui, signal, 2)).toEqual(['x']);
});
