import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newLogPath, openStore, readStored, stateFolder } from '../../../src/answers/store.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const options = () => ({ env: {}, platform: 'linux' as const, home });

describe('the folder', () => {
  test.each([
    [{}, 'linux', '/h/.local/state/matrix-bastion'],
    [{ XDG_STATE_HOME: '/s' }, 'linux', '/s/matrix-bastion'],
    [{ XDG_STATE_HOME: 'relative' }, 'linux', '/h/.local/state/matrix-bastion'],
    [{ XDG_STATE_HOME: '' }, 'linux', '/h/.local/state/matrix-bastion'],
    [{}, 'darwin', '/h/Library/Application Support/matrix-bastion'],
    [{ XDG_STATE_HOME: '/s' }, 'darwin', '/s/matrix-bastion'],
    [{ LOCALAPPDATA: '/l' }, 'win32', '/l/matrix-bastion/State'],
  ] as const)('%j on %s', (env, platform, folder) => {
    expect(stateFolder(env, platform, '/h')).toBe(folder);
  });
  test('is private, also when it was not', async () => {
    const folder = join(home, '.local/state/matrix-bastion/example.org');
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    expect((await openStore('example.org', options())).folder).toBe(folder);
    expect(mode(folder)).toBe('700');
  });
  test.each(['..', 'example', '../x.y', 'a/b.c', ''])('%j is no domain', async (domain) => {
    await expect(openStore(domain, options())).rejects.toThrow('not a validated domain');
  });
});

test('answers are written whole, readable, and leave nothing beside them', async () => {
  const store = await openStore('example.org', options());
  expect(await store.readAnswers()).toBeUndefined();
  const answers = {
    domain: 'example.org',
    matrixHost: 'matrix.example.org',
    tier: 'ravelin',
    rooms: 1,
    admin: 'admin',
    federation: 'open',
    federationAllow: [],
    registration: 'closed',
    dockerSource: 'docker',
    publicAddress: [],
    federateWith: [],
  } as const;
  await store.writeAnswers(answers);
  await store.writeAnswers({ ...answers, rooms: 2 });
  expect((await store.readAnswers())?.answers).toMatchObject({ domain: 'example.org', rooms: '2' });
  expect(mode(join(store.folder, 'answers.yaml'))).toBe('644');
  expect(readdirSync(store.folder)).toEqual(['answers.yaml']);
});

test('the admin password is created once, 0600, and read back', async () => {
  const store = await openStore('example.org', options());
  expect(await store.password('admin').read()).toBeUndefined();
  const { path } = store.password('admin');
  await store.password('admin').create(' päss\\word$ ');
  expect(mode(path)).toBe('600');
  expect(await store.password('admin').read()).toBe(' päss\\word$ ');
  await expect(store.password('admin').create('other')).rejects.toMatchObject({
    text: { code: 'MB-PASSWORD-FILE' },
  });
  expect(readFileSync(path, 'utf8')).toBe(' päss\\word$ \n');
});

test('log paths', async () => {
  const now = new Date('2026-01-31T12:00:00.123Z');
  const base = join(home, '.local/state/matrix-bastion');
  expect(await newLogPath({ command: 'init', domain: 'example.org', now }, options())).toBe(
    join(base, 'example.org/logs/2026-01-31T120000Z-init.log'),
  );
  expect(await newLogPath({ command: 'init', now }, options())).toBe(
    join(base, 'logs/2026-01-31T120000Z-init.log'),
  );
  expect(mode(join(base, 'logs'))).toBe('700');
});

test('recorded signing keys grow and never change', async () => {
  const store = await openStore('example.org', options());
  const [a, b] = ['A'.repeat(43), 'B'.repeat(43)];
  expect(await store.readSigningKeys()).toEqual({});
  await store.recordSigningKeys({ 'ed25519:1': a });
  await store.recordSigningKeys({ 'ed25519:1': b, 'ed25519:2': b });
  expect(await store.readSigningKeys()).toEqual({ 'ed25519:1': a, 'ed25519:2': b });
  expect(readFileSync(join(store.folder, 'signing-keys'), 'utf8')).toBe(`ed25519:1 ${a}\ned25519:2 ${b}\n`);
});

test('a look at what is stored leaves nothing behind', async () => {
  expect(await readStored('example.org', options())).toBeUndefined();
  expect(await readStored('../etc', options())).toBeUndefined();
  expect(await readStored('example.org:8448', options())).toBeUndefined();
  expect(readdirSync(home)).toEqual([]);
});
