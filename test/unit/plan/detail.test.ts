import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/plan/change.ts';
import { changedPaths, detailChange } from '../../../src/plan/detail.ts';
import { downtimes } from '../../../src/plan/downtime.ts';
import { fileDiff } from '../../../src/plan/file-diff.ts';
import { hostFacts } from '../../support/facts.ts';
import { installed } from '../../support/installed.ts';

const PATH = '/opt/matrix-bastion/synapse/config/homeserver.yaml';
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');

describe('what changes in a file', () => {
  it('is a unified diff', () => {
    const before = `${numbered(1, 9)}old\n${numbered(11, 19)}`;
    const after = `${numbered(1, 9)}new\n${numbered(11, 19)}`;
    expect(fileDiff({ path: PATH, before, after }, false)).toEqual([
      `--- ${PATH}`,
      `+++ ${PATH}`,
      '@@ -8,5 +8,5 @@',
      ' line 8',
      ' line 9',
      '-old',
      '+new',
      ' line 11',
      ' line 12',
    ]);
  });
  it('is nothing when only owner or mode differ, and nothing of a new file but with --diff', () => {
    expect(fileDiff({ path: PATH, before: 'a\n', after: 'a\n' }, true)).toEqual([]);
    expect(fileDiff({ path: PATH, after: 'a\n' }, false)).toEqual([]);
    expect(fileDiff({ path: PATH, after: 'a\n' }, true)).toEqual([
      '--- /dev/null',
      `+++ ${PATH}`,
      '@@ -0,0 +1,1 @@',
      '+a',
    ]);
  });
  it('is shortened with the number of lines that are left away, and whole with --diff', () => {
    const file = { path: PATH, before: '', after: numbered(1, 60) };
    const short = fileDiff(file, false);
    expect(short).toHaveLength(2 + 16 + 1);
    // 61 lines: the hunk's heading and 60 new ones.
    expect(short.at(-1)).toBe('… 45 more lines; --diff shows them all');
    expect(fileDiff(file, true)).toHaveLength(2 + 61);
    const long = fileDiff({ path: PATH, before: '', after: `${'x '.repeat(300)}\n` }, false);
    expect(long.at(-1)).toHaveLength(160);
  });
  it('shows no secret that somebody put into it, on either side', () => {
    const before = 'smtp_pass: hunter2\nname: a\nform_secret: other\n';
    const after = 'name: b\nform_secret: other\n';
    const text = fileDiff({ path: PATH, before, after, rendered: 'name: b\n' }, true).join('\n');
    expect(text).toContain('-smtp_pass: [masked]');
    expect(text).toContain(' form_secret: [masked]');
    expect(text).not.toMatch(/hunter2|other/);
  });
});

describe('a change in detail', () => {
  const { host } = installed();
  it('names the files of the plan once', () => {
    const file = { path: PATH, content: 'a\n', mode: 0o640, owner: 'root' } as const;
    const write: Change = { kind: 'write-files', files: [file] };
    expect(changedPaths([write, write, { kind: 'start-docker' }])).toEqual([PATH]);
    expect(detailChange(write, host, { [PATH]: 'b\n' }, false)).toBe(
      [`write ${PATH}`, `--- ${PATH}`, `+++ ${PATH}`, '@@ -1,1 +1,1 @@', '-b', '+a'].join('\n'),
    );
  });
  it('names files that are taken away', () => {
    const change: Change = { kind: 'write-synapse-config', files: [], digest: '', obsolete: ['/a', '/b'] };
    expect(detailChange(change, host, {}, false)).toMatch(/\nremove \/a\nremove \/b$/);
  });
  it('says which services are down meanwhile, and for how long the last time', () => {
    const change: Change = { kind: 'start-services', services: ['synapse', 'redis'], reason: 'r' };
    const known = { ...host, downtime: 'synapse 7.4 2026-02-03T04:05:06Z\n' };
    expect(detailChange(change, known, {}, false).split('\n')).toEqual([
      'start synapse, redis (r)',
      'synapse runs and will be down meanwhile; the last time it was 7.4 s (2026-02-03)',
      'redis runs and will be down meanwhile; how long is not known yet',
    ]);
    expect(detailChange(change, hostFacts(), {}, false)).toBe('start synapse, redis (r)');
  });
});

it('a damaged record of downtimes is no record', () => {
  expect(downtimes('synapse\nredis x 2026\n')).toEqual({});
});
