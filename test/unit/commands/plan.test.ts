import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { plannedBox } from '../../../src/commands/plan/box.ts';
import { showPlan } from '../../../src/commands/plan/show.ts';
import type { Budget } from '../../../src/sizing/budget.ts';
import { createUi } from '../../../src/ui/ui.ts';
import { fakeStream } from '../ui/fake-stream.ts';
import { RAVELIN, runPlan } from './run-plan.ts';

const plan = async (...flags: readonly string[]) => {
  const { code, stdout, stderr } = await runPlan('--domain', 'example.org', ...flags);
  return { code, text: stdout + stderr };
};

test('the tier’s size counts when nothing is said about the box', async () => {
  const { code, text } = await plan('--tier', 'garrison');
  expect(code).toBe(0);
  expect(text).toMatch(/^Sum +8192 of 8192 MiB$/m);
  expect(text).toMatch(/^The box: 4 vCPU, 8 GB of RAM, 240 GB of disk \(the tier Garrison\)\.$/m);
});

test('the memory of the flag is what is divided, not the tier’s', async () => {
  const { code, text } = await plan('--memory', '3G');
  expect(code).toBe(0);
  expect(text).toMatch(/^Sum +3072 of 3072 MiB$/m);
});

test('the processors of the flag count', async () => {
  expect((await plan('--memory', '8G', '--vcpus', '1')).text).toContain('With one vCPU');
});

test('the disk of the flag counts, and what no flag says is as the tier has it', async () => {
  const { text } = await plan('--tier', 'garrison', '--disk', '0.5T');
  expect(text).toContain(
    'The box: 4 vCPU, 8 GB of RAM, 512 GB of disk (from --disk, the rest as the tier Garrison has it).',
  );
  expect(text).toMatch(/^Disk after a year: about [\d.]+ of 512 GB \(guess\)\.$/m);
});

test('a tier without a size of its own: the assumption is said, once', async () => {
  const { text } = await plan('--tier', 'bulwark');
  expect(text.match(/Bulwark has no fixed size/g)).toHaveLength(1);
});

test('a tier that the flags contradict is said, and the flags count', async () => {
  const { code, text } = await plan('--tier', 'ravelin', '--memory', '4G');
  expect(code).toBe(0);
  expect(text.match(/This machine is not a Ravelin/g)).toHaveLength(1);
  expect(text).toMatch(/^Sum +4096 of 4096 MiB$/m);
});

test('a box that is too small is refused with the least', async () => {
  const { code, text } = await plan('--memory', '600M');
  expect(code).toBe(2);
  expect(text).toContain('The machine has 600 MiB of RAM; 900 MiB are the least.');
  expect(text).not.toContain('Then go on with');
});

test('the result is on stdout, all of it', async () => {
  const { stdout, stderr } = await runPlan(...RAVELIN);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^sync-1 +\d+ +[\d.]+ +5-10$/m);
});

test.each([
  [['--rooms', '-5'], /--rooms: "-5" is not a whole number/],
  [['--rooms', '1e9'], /--rooms: "1e9" is not a whole number/],
  [['--rooms', '1000001'], /--rooms: "1000001" is not a whole number/],
  [['--rooms', 'many'], /--rooms: "many" is not a whole number/],
  [['--disk', '0'], /--disk: "0" is not the size of a disk/],
  [['--tier', 'castle'], /--tier: "castle" is not a tier/],
])('%j: exit code 2, the flag is named, nothing is printed', async (flags, message) => {
  const { code, stdout, stderr } = await runPlan('--domain', 'example.org', '--tier', 'garrison', ...flags);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
});

const SMALL: Budget = {
  box: 1000,
  vcpus: 1,
  lines: [
    { part: 'system', what: 'System', mib: 300, reason: 'for the system', source: 'guess' },
    { part: 'postgres', what: 'Postgres', mib: 250, reason: 'a share', source: 'pgtune' },
    {
      part: 'synapse',
      what: 'Synapse: main',
      mib: 300,
      reason: 'the rest is caches',
      source: 'measured: RSS',
    },
    {
      part: 'free',
      what: 'Page cache, not planned',
      mib: 150,
      reason: 'for files',
      source: 'the box less the lines above',
    },
  ],
  processes: [
    {
      name: 'main',
      role: 'main',
      mib: 300,
      cacheFactor: 0.1,
      poolMin: 3,
      poolMax: 5,
      autotuning: { maximum: 240, target: 200 },
    },
  ],
  layout: ['One process, because the box is small.'],
  postgres: {
    sharedBuffers: 62,
    effectiveCacheSize: 187,
    workMem: 4,
    maintenanceWorkMem: 32,
    maxConnections: 25,
    minWal: 80,
    maxWal: 512,
    shm: 64,
    parallelPerQuery: 0,
    parallelWorkers: 1,
  },
  redis: 16,
  diskForecast: {
    lines: [{ what: 'Database', gib: 9.5, reason: '0.1 GiB for a room (guess)' }],
    afterAYear: 9.5,
    disk: 20,
  },
  presence: false,
  notes: ['It is small.'],
};

/** What a person sees of a budget, in a pipe or on a terminal of so many columns. */
function shown(
  budget: Budget,
  options: { why?: boolean; columns?: number; env?: Record<string, string> } = {},
) {
  const stdout = fakeStream(options.columns);
  const ui = createUi({ stdout, stderr: fakeStream(), env: options.env ?? {} });
  const planned = plannedBox('custom', { memoryMiB: 1000, vcpus: 1, diskGiB: 20 });
  showPlan(budget, planned, { answers: {}, why: options.why ?? false, json: false, plain: false }, ui);
  return stdout.text();
}

test('a small plan, to the letter', () => {
  expect(shown(SMALL)).toBe(`The box: 1 vCPU, 1 GB of RAM, 20 GB of disk (from --memory, --vcpus, --disk).

System                    300 MiB  ############
Postgres                  250 MiB  ##########
Synapse: main             300 MiB  ############
Page cache, not planned   150 MiB  ######
Sum                      1000 of 1000 MiB
0.8 of 1 GB planned.

One process, because the box is small.

Synapse process  MiB  Cache factor  Pool
main             300           0.1   3-5
Cache factor: how much a process keeps at hand; 0.5 is what Synapse has by itself. Pool: its connections to Postgres, fewest and most.

Postgres: shared_buffers 62 MB, effective_cache_size 187 MB, work_mem 4 MB, maintenance_work_mem 32 MB, max_connections 25, WAL 80-512 MB, parallel workers 1, 0 for a query, shm_size 64 MB.
Disk after a year: about 9.5 of 20 GB (guess).

Notes:
- It is small.
`);
});

describe('--why', () => {
  test('every line with its reason and source', () => {
    const text = shown(SMALL, { why: true });
    for (const { what, mib, reason, source } of SMALL.lines)
      expect(text).toContain(`- ${what}, ${mib} MiB: ${reason}.\n  Source: ${source}.\n`);
  });
  test('every figure of Postgres, of the processes and of the disk', () => {
    const text = shown(SMALL, { why: true });
    for (const name of ['shared_buffers 62', 'effective_cache_size 187', 'work_mem 4', 'shm_size 64'])
      expect(text).toMatch(new RegExp(`^- ${name}: .+\\.\n {2}Source: .+\\.$`, 'm'));
    for (const name of ['Cache factor', 'Connection pool', 'Memory of main, at most 240 MiB'])
      expect(text).toMatch(new RegExp(`^- ${name}: .+\\.\n {2}Source: .*(guess|measured).*\\.$`, 'm'));
    expect(text).toContain('- Database, 9.5 GB of disk: 0.1 GiB for a room (guess).');
  });
  test('nothing of it without the flag', () => {
    expect(shown(SMALL)).not.toContain('Source:');
  });
});

test('a database on another machine', () => {
  const { postgres: _, ...apart } = SMALL;
  const text = shown(apart, { why: true });
  expect(text).toContain('\nPostgres: on another machine; these pools need max_connections of 25 there.\n');
  expect(text).not.toContain('shared_buffers');
});

test('on a terminal the bars have colours, and the page cache is faint', () => {
  const text = shown(SMALL, { columns: 80, env: { LANG: 'C.UTF-8' } });
  expect(text).toContain('System                    300 MiB  \u001b[32m████████████\u001b[39m\n');
  expect(text).toContain('Page cache, not planned   150 MiB  \u001b[2m██████\u001b[22m\n');
});

test('no machine and no prompt is reached for: neither ssh2 nor inquirer is loaded', () => {
  const hook = `import { registerHooks } from 'node:module';
registerHooks({ resolve(specifier, context, next) {
  if (/^(ssh2|@inquirer|listr2|execa)/.test(specifier)) throw new Error('loaded ' + specifier);
  return next(specifier, context);
} });`;
  const bin = fileURLToPath(new URL('../../../bin/matrix-bastion.js', import.meta.url));
  const url = `data:text/javascript,${encodeURIComponent(hook)}`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', url, bin, 'plan', ...RAVELIN, '--json'],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
