import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

const scripts = loadScripts();
const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-06-30T12:00:00Z');
const stamp = (daysAgo: number): string => new Date(NOW - daysAgo * DAY).toISOString().replaceAll(':', '-');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replaced-'));
  mkdirSync(join(root, 'state/replaced'), { recursive: true });
  writeFileSync(join(root, 'compose.yaml'), 'mine');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const place = (name: string): string => join(root, 'state/replaced', name);
const kept = (): string[] => readdirSync(join(root, 'state/replaced')).sort();
const earlier = (...days: number[]): void => {
  for (const day of days) {
    mkdirSync(place(stamp(day)));
    writeFileSync(place(`${stamp(day)}/x`), 'x');
  }
};
const keep = async (paths: readonly string[], times = 3): Promise<void> => {
  const text = script({ scripts }, 'keep-replaced.sh', {
    stamp: stamp(0),
    root,
    keep: times,
    since: stamp(90),
  });
  await execa('sh', ['-c', text], { input: paths.map((path) => `${path}\n`).join('') });
};

it('keeps a copy of what is there, and nothing of what is not', async () => {
  await keep([join(root, 'compose.yaml'), join(root, 'none')]);
  expect(readFileSync(place(`${stamp(0)}/compose.yaml`), 'utf8')).toBe('mine');
  expect(readdirSync(place(stamp(0)))).toEqual(['compose.yaml']);
});

it('lets go of what is both old and beyond the last ones', async () => {
  earlier(1, 100, 200, 300, 400);
  await keep([join(root, 'compose.yaml')]);
  expect(kept()).toEqual([stamp(100), stamp(1), stamp(0)].sort());
});

it('keeps the last ones however old they are', async () => {
  earlier(200, 300, 400);
  await keep([join(root, 'none')]);
  expect(kept()).toEqual([stamp(400), stamp(300), stamp(200)]);
});

it('keeps all that is new however many they are', async () => {
  earlier(1, 2, 3, 4, 5, 89);
  await keep([join(root, 'compose.yaml')]);
  expect(kept()).toHaveLength(7);
});

it('leaves what is not its own, and follows no link', async () => {
  mkdirSync(join(root, 'precious'));
  writeFileSync(join(root, 'precious/file'), 'x');
  earlier(200, 300, 400, 500);
  for (const name of ['notes', 'old.tar']) writeFileSync(place(name), 'somebody’s');
  symlinkSync(join(root, 'precious'), place('2020-01-01T00-00-00.000Z'));
  await keep([join(root, 'compose.yaml')]);
  expect(kept()).toEqual(['2020-01-01T00-00-00.000Z', stamp(300), stamp(200), stamp(0), 'notes', 'old.tar']);
  expect(readdirSync(join(root, 'precious'))).toEqual(['file']);
});

it('does without a folder of what was replaced', async () => {
  rmSync(join(root, 'state'), { recursive: true });
  await keep([join(root, 'none')]);
  expect(readdirSync(root)).toEqual(['compose.yaml']);
});
