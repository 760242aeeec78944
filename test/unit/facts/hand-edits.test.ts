import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { handEdits } from '../../../src/host/facts/deployment.ts';

const root = mkdtempSync(join(tmpdir(), 'edits-'));
afterAll(() => rmSync(root, { recursive: true }));
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
/** The fact's own script, run by the real shell below another root. */
const found = () => {
  const script = handEdits.script.replaceAll('/opt/matrix-bastion', root);
  const { stdout } = execaSync('sh', ['-s'], { input: script });
  return Object.fromEntries(
    Object.entries(handEdits.parse(stdout)).map(([path, edit]) => [path.replace(`${root}/`, ''), edit]),
  );
};
beforeEach(() => {
  rmSync(root, { recursive: true });
  mkdirSync(root);
});

it('tells an edited file with both texts, to the byte', () => {
  put('state/written/compose.yaml', 'a: 1\n');
  put('compose.yaml', 'a: 1\nü: "$x`"\n\n');
  put('state/written/synapse/config/homeserver.yaml', 'same\n');
  put('synapse/config/homeserver.yaml', 'same\n');
  expect(found()).toEqual({ 'compose.yaml': { base: 'a: 1\n', edited: 'a: 1\nü: "$x`"\n\n' } });
});
it('takes an emptied file for an edit, and one that is gone, a link or too long for none', () => {
  for (const path of ['empty', 'gone', 'link', 'long']) put(`state/written/${path}`, 'x\n');
  put('empty', '');
  symlinkSync('/etc/hostname', join(root, 'link'));
  put('long', 'x'.repeat(600 * 1024));
  expect(found()).toEqual({ empty: { base: 'x\n', edited: '' } });
});
it('takes what an interrupted run wrote for no edit', () => {
  put('state/written/compose.yaml', 'old\n');
  put('state/writing/compose.yaml', 'new\n');
  put('compose.yaml', 'new\n');
  expect(found()).toEqual({});
});
it('finds nothing where nothing is recorded', () => {
  put('compose.yaml', 'x\n');
  expect(found()).toEqual({});
});
