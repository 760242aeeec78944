import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bringBackup } from '../../../src/commands/restore/bring.ts';
import type { Host } from '../../../src/host/host.ts';

const { signal } = new AbortController();
const bytes = Buffer.alloc(20 * 1024 * 1024, 'some of it');

let here: string;
let file: string;
let folder: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'bring-'));
  file = join(here, 'example.org-2026-01-31T030000Z.tar');
  folder = join(here, 'there');
  writeFileSync(file, bytes);
});
afterEach(() => rmSync(here, { recursive: true }));

/** A machine that is this one; its connection is lost with the script of this number. */
const machine = (lostAt = Number.POSITIVE_INFINITY) => {
  const sent: number[] = [];
  const run: Host['run'] = async (script, { input = '' } = {}) => {
    if (sent.length === lostAt) throw new Error('the connection was lost');
    sent.push(input.length);
    const { exitCode, stdout, stderr } = await execa('sh', ['-c', script], { input, reject: false });
    return { code: exitCode ?? 1, stdout, stderr };
  };
  return { host: { name: 'vps', run } as Host, sent };
};
const bring = (host: Host, given = file) => bringBackup(given, host, () => {}, signal, folder);

it('arrives in pieces, and once', async () => {
  const { host, sent } = machine();
  const brought = await bring(host);
  expect(brought).toEqual({ file: join(folder, 'example.org-2026-01-31T030000Z.tar'), copied: true });
  expect(readFileSync(brought.file).equals(bytes)).toBe(true);
  expect(Math.max(...sent)).toBe(8 * 1024 * 1024);
  const again = machine();
  expect(await bring(again.host)).toEqual({ ...brought, copied: false });
  expect(again.sent).toEqual([0]);
  expect(readdirSync(folder)).toHaveLength(1);
});

it('goes on where the connection was lost', async () => {
  await expect(bring(machine(3).host)).rejects.toThrow('lost');
  const second = machine();
  const { file: there } = await bring(second.host);
  expect(second.sent.reduce((sum, length) => sum + length, 0)).toBe(4 * 1024 * 1024);
  expect(readFileSync(there).equals(bytes)).toBe(true);
});

it('replaces no other file of that name', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'example.org-2026-01-31T030000Z.tar'), 'older');
  await expect(bring(machine().host)).rejects.toMatchObject({
    text: { code: 'MB-RESTORE-UPLOAD', why: expect.stringContaining('another file is there') },
  });
  expect(readFileSync(join(folder, 'example.org-2026-01-31T030000Z.tar'), 'utf8')).toBe('older');
});

it('names a file that is not on the machine', async () => {
  await expect(bring(machine().host, `host:${here}/none`)).rejects.toMatchObject({
    text: { code: 'MB-RESTORE-FILE' },
  });
  expect(await bring(machine().host, `host:${file}`)).toEqual({ file, copied: false });
});
