import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outProblem, sha256, writeTree } from '../../../src/commands/plan/out.ts';
import type { RenderedFile } from '../../../src/render/desired.ts';
import { someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { RAVELIN, runPlan } from './run-plan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MARKER = 'matrix-bastion-plan.json';

const filesIn = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path !== MARKER)
    .sort();

const file = (path: string, content: string, mode = 0o644): RenderedFile => ({
  path,
  content,
  mode,
  owner: 'root',
});

describe('plan --out', () => {
  /** A machine as the plan assumes it, looked at as `init` does. */
  const facts = someFacts(
    {
      machine: { vcpus: 8, memoryMib: 16_384 },
      disks: [{ path: '/', mount: '/', freeMib: 480 * 1024, sizeMib: 480 * 1024 }],
      addresses: ['203.0.113.7', '2001:db8::7'],
      docker: { engine: '28.0.0' },
    },
    {},
  );
  const { desired } = goalFor(facts, { tier: 'ravelin', rooms: 120 });

  test('is what init would write: the same files, bytes and modes', async () => {
    const { code } = await runPlan(...RAVELIN, '--out', folder);
    expect(code).toBe(0);
    expect(filesIn(folder)).toEqual(desired.files.map(({ path }) => path.slice(1)).sort());
    for (const { path, content, mode } of desired.files) {
      expect(readFileSync(join(folder, path), 'utf8'), path).toBe(content);
      expect(statSync(join(folder, path)).mode & 0o7777, path).toBe(mode);
    }
    expect(statSync(join(folder, 'opt/matrix-bastion/state')).mode & 0o7777).toBe(0o700);
  });

  test('has the modes under any umask', async () => {
    const before = process.umask(0o077);
    try {
      await runPlan(...RAVELIN, '--out', folder);
    } finally {
      process.umask(before);
    }
    expect(statSync(join(folder, 'opt/matrix-bastion/compose.yaml')).mode & 0o7777).toBe(0o644);
    expect(statSync(join(folder, 'opt/matrix-bastion')).mode & 0o7777).toBe(0o755);
  });

  test('holds no secret, no key and no lock of images, and says so', async () => {
    const { stdout } = await runPlan(...RAVELIN, '--out', folder);
    expect(filesIn(folder).filter((path) => /secrets|keys|\.env|data/.test(path))).toEqual([]);
    expect(stdout).toContain('  0640 opt/matrix-bastion/synapse/config/homeserver.yaml\n');
    expect(stdout).toMatch(
      /Not in there, because it is born on the machine: secrets, the signing key, image digests/,
    );
    expect(stdout).toContain('- example.org itself points at this machine');
    expect(stdout).toContain('- The machine has IPv6 addresses');
  });

  test('a second plan takes the first one’s place, and leaves nothing of it', async () => {
    await runPlan(...RAVELIN, '--out', folder);
    const { code } = await runPlan('--domain', 'example.org', '--tier', 'garrison', '--out', folder);
    expect(code).toBe(0);
    expect(filesIn(folder).some((path) => path.includes('workers'))).toBe(false);
    expect(readdirSync(join(folder, 'opt/matrix-bastion/synapse/config'))).not.toContain('workers');
  });

  test('refuses a folder with something else in it, and touches nothing', async () => {
    writeFileSync(join(folder, 'letter.txt'), 'dear');
    const { code, stdout, stderr } = await runPlan(...RAVELIN, '--out', folder);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`--out: ${folder} holds something else already (letter.txt)`);
    expect(filesIn(folder)).toEqual(['letter.txt']);
  });

  test('with --json too: the document is alone on stdout', async () => {
    const out = join(folder, 'new', 'plan');
    const { stdout, stderr } = await runPlan(...RAVELIN, '--json', '--out', out);
    const { files } = JSON.parse(stdout) as { files: { path: string; mode: string; sha256: string }[] };
    expect(stderr).toContain(`Written to ${out}`);
    expect(files.map(({ path }) => path.slice(1)).sort()).toEqual(filesIn(out));
    for (const { path, mode, sha256: sum } of files) {
      expect(sha256(readFileSync(join(out, path)))).toBe(sum);
      expect((statSync(join(out, path)).mode & 0o7777).toString(8)).toBe(mode.replace(/^0/, ''));
    }
  });
});

describe('what an earlier plan did not write is somebody else’s', () => {
  const tree = { directories: [], files: [file('/opt/a/one', '1'), file('/opt/a/b/two', '2', 0o640)] };
  beforeEach(() => writeTree(folder, tree));

  test('an untouched plan may be replaced', () => {
    expect(outProblem(folder)).toBeUndefined();
  });
  test.each<[string, () => void, string]>([
    ['another file', () => writeFileSync(join(folder, 'opt/mine'), ''), 'opt/mine'],
    ['a changed file', () => writeFileSync(join(folder, 'opt/a/one'), '1 and more'), 'opt/a/one'],
    ['an empty folder', () => mkdirSync(join(folder, 'opt/c')), 'opt/c'],
    [
      'a link in a file’s place',
      () => {
        rmSync(join(folder, 'opt/a/one'));
        symlinkSync('/etc/hostname', join(folder, 'opt/a/one'));
      },
      'opt/a/one',
    ],
  ])('%s', (_name, change, named) => {
    change();
    expect(outProblem(folder)).toContain(`holds ${named}, which is not as an earlier plan wrote it`);
  });
  test('a listing that names places outside reaches nothing there', () => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), 'kept');
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    writeFileSync(join(inside, MARKER), JSON.stringify({ files: { '../outside/kept': sha256('kept') } }));
    expect(outProblem(inside)).toBeUndefined();
    writeTree(inside, tree);
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
  });
  test.each(['', 'null', '[]', '{"files":{"a":1}}', '{"files":null}'])(
    'a marker that says %j is none',
    (text) => {
      rmSync(join(folder, 'opt'), { recursive: true });
      writeFileSync(join(folder, MARKER), text);
      expect(outProblem(folder)).toContain(`holds something else already (${MARKER})`);
    },
  );
  test('what appeared in the meantime is not overwritten', () => {
    const other = join(folder, 'other');
    mkdirSync(join(other, 'opt/a'), { recursive: true });
    writeFileSync(join(other, 'opt/a/one'), 'mine');
    expect(() => writeTree(other, tree)).toThrow('could not be written');
    expect(readFileSync(join(other, 'opt/a/one'), 'utf8')).toBe('mine');
  });
});

test('a file in the folder’s place', () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  expect(outProblem(path)).toBe('is not a folder');
});
