import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ownRecord } from '../../../src/commands/check/own.ts';
import { untilGreen } from '../../../src/commands/check/watch.ts';
import type { Evidence } from '../../../src/federation/evidence.ts';
import { KEY } from '../federation/lab/keys.ts';
import { Lab } from '../federation/lab/lab.ts';
import { runCli } from './run-cli.ts';

let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());
beforeEach(async () => {
  await lab.reset();
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const check = (...words: readonly string[]) => runCli(['check', ...words], folder);

/** What was seen of a server of the lab, in a file. */
const seen = async (): Promise<string> => {
  const { evidence } = await lab.check();
  const file = join(folder, 'seen.json');
  writeFileSync(file, JSON.stringify(evidence));
  return file;
};

describe('--from', () => {
  test('gives the verdict without a network', async () => {
    await lab.healthy();
    const file = await seen();
    await lab.reset();
    const { code, stdout, stderr } = await check('--from', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^example\.org: green, /);
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
  });

  test('judges again with other eyes', async () => {
    await lab.healthy({
      '/.well-known/matrix/client': {
        body: '{"m.homeserver":{"base_url":"https://matrix.example.org"}}',
        headers: { 'Content-Type': 'application/json' },
      },
    });
    const file = await seen();
    expect(await check('--from', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('MB-FED-030'),
    });
    expect(await check('--from', file, '--profile', 'strict')).toMatchObject({ code: 1 });
    const go = await check('--from', file, '--profile', 'go');
    expect(go).toMatchObject({ code: 0, stdout: expect.stringContaining('as the public tester') });
    expect(go.stdout).not.toContain('MB-FED-030');
  });

  test('--json is one line for a program', async () => {
    await lab.healthy({ '/_matrix/key/v2/server': { status: 502 } });
    const { code, stdout } = await check('--from', await seen(), '--json');
    expect(code).toBe(1);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stdout)).toMatchObject({
      format: 1,
      server_name: 'example.org',
      verdict: 'red',
      profile: 'spec',
      findings: [{ code: 'MB-FED-121', severity: 'error', check: 'keys' }],
    });
  });

  test.each([
    ['nothing', /is not what check --evidence writes/],
    ['{}', /it has not the parts of one/],
    ['{"format":99}', /it has format 99, this version reads 1/],
    ['[]', /it has not the parts of one/],
    ['null', /it has not the parts of one/],
  ])('%j is no evidence', async (text, says) => {
    const file = join(folder, 'x.json');
    writeFileSync(file, text);
    const { code, stderr } = await check('--from', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  test('parts of evidence that are something else are told, not stumbled over', async () => {
    await lab.healthy();
    const file = await seen();
    const evidence = JSON.parse(readFileSync(file, 'utf8')) as Evidence;
    writeFileSync(file, JSON.stringify({ ...evidence, hops: [null], addresses: ['x'] }));
    const { code, stderr } = await check('--from', file);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('MB-USAGE') });
  });
});

test.each([
  [['a.org', 'b.org', '--evidence', 'x'], /--evidence: holds one server/],
  [['a.org', 'b.org', '--watch'], /--watch: watches one server/],
  [['a.org', '--from', '/dev/null'], /--from: the file says which server/],
  [['--from', '/dev/null', '--watch'], /--watch: a file does not change/],
  [['--from', '/dev/null', '--evidence', 'x'], /--evidence: is what --from reads/],
  [['a.org', '--evidence', '/no/such/folder/x'], /--evidence: there is no folder/],
  [[], /name the server to check/],
])('%j is refused', async (words, says) => {
  const { code, stderr } = await check(...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(says);
});

test('a file of names names its wrong lines', async () => {
  const file = join(folder, 'names');
  writeFileSync(file, '# ours\nexample.org\n\na..b # odd\n-x\n');
  const { code, stderr } = await check('--from-file', file);
  expect(code).toBe(2);
  expect(stderr).toContain('line 4: "a..b" is not a server name');
  expect(stderr).toContain('line 5: "-x" is not a server name');
  writeFileSync(file, '# nobody\n');
  expect((await check('--from-file', file)).stderr).toContain('names no server');
});

describe('a server of our own', () => {
  const store = (answers: string, keys = ''): void => {
    const place = join(folder, 'matrix-bastion', 'example.org');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'answers.yaml'), answers);
    writeFileSync(join(place, 'signing-keys'), keys);
  };
  const env = () => ({ XDG_STATE_HOME: folder });

  test('is known by what init left', async () => {
    expect(await ownRecord('example.org', env())).toBeUndefined();
    store('domain: example.org\nmatrix-host: chat.example.org\n', `${KEY.id} ${KEY.public}\n`);
    expect(await ownRecord('example.org', env())).toEqual({
      server: {
        delegated: 'chat.example.org:443',
        baseUrl: 'https://chat.example.org',
        keys: { [KEY.id]: KEY.public },
      },
      privateNetworks: [],
    });
    expect(await ownRecord('example.net', env())).toBeUndefined();
  });

  test('a damaged record is none', async () => {
    store('domain: [');
    expect(await ownRecord('example.org', env())).toBeUndefined();
  });
});

describe('--watch', () => {
  const signal = () => new AbortController().signal;

  test('ends when it is green, and says only what changed', async () => {
    await lab.healthy({ '/_matrix/key/v2/server': { status: 502 } });
    const red = await lab.check();
    await lab.reset();
    await lab.healthy();
    const green = await lab.check();
    const looks = [red, red, green];
    const notes: string[] = [];
    const last = await untilGreen(
      async () => looks.shift() ?? green,
      60_000,
      { note: (line) => void notes.push(line) },
      signal(),
      1,
    );
    expect(last.verdict.verdict).toBe('green');
    expect(looks).toEqual([]);
    expect(notes.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'red      example.org  MB-FED-121 The signing keys are not served',
      'green    example.org',
    ]);
  });

  test('ends at its limit with the last look', async () => {
    await lab.healthy({ '/_matrix/key/v2/server': { status: 502 } });
    const red = await lab.check();
    let looks = 0;
    const look = async () => {
      looks += 1;
      return red;
    };
    const last = await untilGreen(look, 20, { note: () => {} }, signal(), 5);
    expect(last).toBe(red);
    expect(looks).toBeGreaterThan(1);
  });
});
