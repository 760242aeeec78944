/** What each exit code of docs/json.md stands for, where several causes meet. */
import { describe, expect, test } from 'vitest';
import { checkDatabase } from '../../../src/apply/database-elsewhere.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { reportError } from '../../../src/cli/report.ts';
import { budgetsOf } from '../../../src/commands/init/budget.ts';
import { clearTheWay, preflightOf } from '../../../src/commands/init/preflight.ts';
import { situations } from '../../../src/commands/init/situations.ts';
import { EXIT, Failure } from '../../../src/errors.ts';
import { NOBODY } from '../../../src/events/events.ts';
import { notInOrder } from '../../../src/outside/operator.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { NOTHING_SAID } from '../../../src/plan/goal.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { createUi } from '../../../src/ui/ui.ts';
import { hostFacts, someAnswers, someFacts } from '../../support/facts.ts';
import { fakeStream } from '../ui/fake-stream.ts';

const ui = createUi({ stdout: fakeStream(), stderr: fakeStream(), env: {} });
const report = (error: unknown, interrupted: boolean) =>
  reportError(error, ui, { resume: '', debug: false, interrupted, events: NOBODY });

describe('Ctrl-C decides, whatever it brought down', () => {
  test.each([
    ['a failure', new Failure({ code: 'MB-X', what: 'x' })],
    ['an error that nobody expected', new TypeError('terminated')],
  ])('%s', (_what, error) => {
    expect(report(error, false)).toBe(EXIT.failed);
    expect(report(error, true)).toBe(EXIT.interrupted);
  });
});

describe('several problems before the run', () => {
  const SAME = { machineId: '0123456789abcdef0123456789abcdef' };
  const foreign = { storedAnswers: 'domain: other.example\n' };
  const withBox = (facts: Facts): Facts => ({
    ...facts,
    databaseBox: {
      host: hostFacts({ machine: { ...SAME, clock: facts.host.machine.clock } }),
      name: 'root@db',
      reachedAs: '203.0.113.7',
    },
  });
  test.each([
    ['one that a flag causes', withBox(someFacts()), EXIT.usage],
    ['that and another', withBox(someFacts({ machine: { arch: 'riscv64' } })), EXIT.failed],
    [
      'one that is refused for safety among them',
      someFacts({ ...foreign, machine: { arch: 'riscv64' } }),
      EXIT.refused,
    ],
    ['none of these', someFacts({ machine: { arch: 'riscv64' } }, { clock: 1_800_000_000 }), EXIT.failed],
  ])('%s', async (_what, facts, exitCode) => {
    const answers = someAnswers(facts.databaseBox ? { dbHost: 'root@db' } : {});
    const { budgets, problems: tooSmall } = budgetsOf(answers, facts);
    const sides = situations(answers, budgets, loadTemplates(), NOTHING_SAID);
    const context = { ui, events: NOBODY, signal: new AbortController().signal };
    await expect(
      clearTheWay({
        problems: (now) => [...tooSmall, ...preflightOf(sides.app(now))],
        start: facts,
        wait: 0,
        look: async (same) => same,
        context: context as never,
      }),
    ).rejects.toMatchObject({
      exitCode,
    });
  });
});

test('a federation that could not be judged is not one that is broken', () => {
  expect(notInOrder('example.org', 'unknown', []).exitCode).toBe(EXIT.unknown);
  expect(notInOrder('example.org', 'red', []).exitCode).toBe(EXIT.failed);
});

describe('a database elsewhere, judged in its step', () => {
  const place = {
    kind: 'elsewhere',
    host: 'db.example.org',
    port: 5432,
    user: 'synapse',
    name: 'synapse',
    sslmode: 'verify-full',
  };
  const needs = { domain: 'example.org', pools: 55, keyHere: false, identity: '' };
  const judged = (stdout: string) =>
    checkDatabase(
      { kind: 'check-database', place, needs } as never,
      {
        host: { name: 'vps', run: async () => ({ code: 0, stdout, stderr: '' }) },
        goal: { desired: { images: { synapse: 'x' } } },
        scripts: { 'probe-database.sh': '' },
        databasePassword: async () => 'x',
        progress: () => {},
        signal: new AbortController().signal,
      } as unknown as Tools,
    );
  test('what is wrong with it is refused, as the preflight of a later run does', async () => {
    const seen = { reached: false, error: 'FATAL: password authentication failed for user "synapse"' };
    await expect(judged(`PASSFILE missing\nMB-DATABASE ${JSON.stringify(seen)}\n`)).rejects.toMatchObject({
      text: { code: expect.stringMatching(/^MB-DATABASE-/) },
      exitCode: EXIT.refused,
    });
  });
  test('one that could not be looked at is a failure', async () => {
    await expect(judged('PASSFILE missing\n')).rejects.toMatchObject({ exitCode: EXIT.failed });
  });
});
