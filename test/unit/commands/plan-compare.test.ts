import { describe, expect, test } from 'vitest';
import { runPlan } from './run-plan.ts';

const compare = (tiers: string, rooms: number, ...flags: readonly string[]) =>
  runPlan('--compare', tiers, '--rooms', `${rooms}`, ...flags);

test('tiers side by side, without a domain', async () => {
  const { code, stdout, stderr } = await compare('garrison,ravelin,bulwark', 120);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^For 120 rooms +garrison +ravelin +bulwark$/m);
  expect(stdout).toMatch(/^RAM +8 GB +16 GB +32 GB$/m);
  expect(stdout).toMatch(/^vCPU +4 +8 +16$/m);
  expect(stdout).toMatch(/^Synapse processes +1 +\d+ +\d+$/m);
  for (const name of ['Synapse, all of them', 'Postgres', 'Reserve'])
    expect(stdout).toMatch(new RegExp(`^${name} +[1-9]\\d* MiB +[1-9]\\d* MiB +[1-9]\\d* MiB$`, 'm'));
  expect(stdout).toMatch(/^Cache factor of main( +[\d.]+){3}$/m);
  expect(stdout).toMatch(/^Disk after a year +[\d.]+ of 240 GB +[\d.]+ of 480 GB +[\d.]+ of 960 GB$/m);
  expect(stdout).toContain('Bulwark has no fixed size');
});

/** The brief's sizes: a Garrison is personal, a Ravelin carries about 100 rooms, a Bulwark about 1000 and more. */
test.each([
  [20, 'garrison'],
  [100, 'ravelin'],
  [400, 'ravelin'],
  [1000, 'bulwark'],
])('the smallest that fits %i rooms is %s', async (rooms, tier) => {
  const { stdout } = await compare('bulwark,garrison,ravelin', rooms);
  expect(stdout).toContain(`The smallest that fits ${rooms} rooms is ${tier}.`);
});

test('why the next smaller one does not fit', async () => {
  const { stdout } = await compare('garrison,ravelin', 120);
  expect(stdout).toMatch(/ravelin\. garrison falls short: the rooms ask for \d+ workers, .* needs \d+ vCPU/);
});

test('none fits', async () => {
  const { code, stdout } = await compare('sentinel,garrison', 100_000);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^None of these fits 100000 rooms\. The largest, garrison falls short: /m);
  expect(stdout).toMatch(/^Fits +no +no$/m);
  expect(stdout).toMatch(/the disk has 240 GB, and [\d.]+ GB are expected after a year/);
});

test('it fits with the database on its own machine: the budget’s own advice', async () => {
  const { stdout } = await compare('ravelin,bulwark', 1500);
  expect(stdout).toMatch(/^Fits +no +database apart$/m);
  expect(stdout).toContain('The smallest that fits 1500 rooms is bulwark.');
  expect(stdout).toContain('Postgres should move to its own VPS');
});

test('as JSON', async () => {
  const { stdout } = await compare('garrison,ravelin', 120, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    rooms: 120,
    tiers: [
      { tier: 'garrison', fits: false, box: { vcpus: 4, memoryMib: 8192, diskGib: 240 } },
      { tier: 'ravelin', fits: true, shortcomings: [] },
    ],
    verdict: expect.stringContaining('is ravelin'),
  });
});

describe('wrong input: exit code 2, nothing printed', () => {
  test.each([
    [['--compare', 'garrison,ravalin', '--rooms', '9'], '"ravalin"; did you mean ravelin?'],
    [
      ['--compare', 'garrison,castle', '--rooms', '9'],
      '"castle": sentinel, garrison, ravelin, bulwark, custom',
    ],
    [['--compare', 'garrison,ravelin,garrison', '--rooms', '9'], 'has garrison twice'],
    [['--compare', 'garrison', '--rooms', '9'], 'has one tier only'],
    [['--compare', 'garrison,', '--rooms', '9'], 'has no tier in ""'],
    [['--compare', 'garrison,ravelin'], '--compare needs the rooms'],
    [['--compare', 'garrison,ravelin', '--rooms', '-1'], '--rooms: "-1" is not a whole number'],
    [
      ['--compare', 'garrison,ravelin', '--rooms', '9', '--memory', '8G'],
      '--memory does not go with --compare',
    ],
    [['--compare', 'garrison,ravelin', '--rooms', '9', '--out', '/none'], '--out does not go with --compare'],
    [['--compare', 'garrison,ravelin', '--rooms', '9', '--why'], '--why does not go with --compare'],
  ])('%j', async (flags, message) => {
    const { code, stdout, stderr } = await runPlan(...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });
});
