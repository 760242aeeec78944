/** Whole runs of `init --json` without a machine: real plan, real problems, real texts; only the machine is made up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveAnswers } from '../../../src/answers/resolve.ts';
import { openStore } from '../../../src/answers/store.ts';
import type { CommandContext, CommandLoaders } from '../../../src/cli/context.ts';
import { gatherInputs } from '../../../src/cli/inputs.ts';
import type { InitOptions } from '../../../src/cli/options.ts';
import { readSecretFile } from '../../../src/cli/secret-file.ts';
import { main } from '../../../src/cli.ts';
import { toldAnswers } from '../../../src/commands/init/answers.ts';
import { budgetsOf } from '../../../src/commands/init/budget.ts';
import { afterwards, nothingToDo, stillPending } from '../../../src/commands/init/end.ts';
import { clearTheWay, preflightOf } from '../../../src/commands/init/preflight.ts';
import { showBudgets, shownPlan } from '../../../src/commands/init/show.ts';
import { planBoth, situations } from '../../../src/commands/init/situations.ts';
import { factsValues, planValues } from '../../../src/commands/init/told.ts';
import { EXIT, type ExitCode, Failure, Refusal } from '../../../src/errors.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { NOTHING_SAID } from '../../../src/plan/goal.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { loadTemplates } from '../../../src/render-io/load-templates.ts';
import { readEvents } from '../../support/events.ts';
import { hostFacts, someAnswers, someFacts } from '../../support/facts.ts';
import { installed } from '../../support/installed.ts';
import { fakeStream } from '../ui/fake-stream.ts';

/** A secret with everything that would be written differently in JSON, in a shell and in a URL. */
const CANARY = 'c4n"ary\\ \'ü$/+ öß';

let folder: string;
let secretFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
  secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${CANARY}\n`);
});
afterEach(() => rmSync(folder, { recursive: true }));

type Body = (options: InitOptions, context: CommandContext) => Promise<ExitCode>;

/** Runs `init … --json` with `body` in its place. */
const follow = async (body: Body, ...flags: readonly string[]) => {
  const stdout = fakeStream();
  const stderr = fakeStream();
  const loaders = {
    init: async () => ({ run: body }),
    plan: () => expect.unreachable(),
    check: () => expect.unreachable(),
    completion: () => expect.unreachable(),
  } as unknown as CommandLoaders;
  const env = { XDG_STATE_HOME: folder, HOME: folder };
  const args = ['init', 'root@vps', '--json', '--sudo-password-file', secretFile, ...flags];
  const code = await main(args, { stdin: { isTTY: true }, stdout, stderr, env }, loaders);
  return { code, events: readEvents(stdout.text()), stdout: stdout.text(), stderr: stderr.text() };
};

const names = (events: readonly { readonly event: string }[]): string[] => events.map(({ event }) => event);

/** What `init` does, with steps that only tell. `fail` is thrown in the third. */
const wholeRun =
  (fail?: Error): Body =>
  async (options, context) => {
    const secret = readSecretFile('--sudo-password-file', options.sudoPasswordFile ?? '', context.redactor);
    const log = context.startLog(join(folder, 'run.log'));
    log.line(secret);
    const facts = someFacts();
    const answers = someAnswers({ admin: 'ada' });
    context.events.emit('facts', { role: 'server', machine: `vps ${secret}`, ...factsValues(facts.host) });
    const flags = { domain: answers.domain, federateWith: ['10.0.0.0/8'], rooms: '20' };
    const inputs = { ...gatherInputs(options, context.env), flags, facts: { memoryMiB: 8000 } };
    context.events.emit('answers', { answers: toldAnswers(resolveAnswers(inputs)) });
    const { budgets, problems: tooSmall } = budgetsOf(answers, facts);
    const sides = situations(answers, budgets, loadTemplates(), NOTHING_SAID);
    await clearTheWay({
      problems: (now) => [...tooSmall, ...preflightOf(sides.app(now))],
      start: facts,
      wait: 0,
      look: async (same) => same,
      context,
    });
    const now = sides.app(facts);
    const planned = planBoth(sides, facts);
    context.events.emit('plan', planValues(planned));
    showBudgets(budgets, facts, now.goal.database, context);
    context.ui.plan(shownPlan(planned, { app: { host: facts.host, texts: {} }, full: false }));
    const store = await openStore(answers.domain, { env: context.env });
    await store.password('ada').create('made for ada');
    context.redactor.add('made for ada');
    await context.ui.run(
      planned.map(({ id, title }, index) => ({
        id,
        title,
        skip: () => (index === 1 ? 'nothing to do' : undefined),
        async run(progress) {
          progress(`a line with ${secret}\nand ${JSON.stringify(secret)} and made for ada\n`);
          if (index === 2 && fail) throw fail;
        },
      })),
      context.signal,
    );
    const password = { readKept: async () => undefined, keep: async () => {}, hide: () => {} };
    await afterwards(now, 'root@vps', store, password, context);
    return EXIT.done;
  };

describe('a whole run', () => {
  test('from the first line to the last', async () => {
    const { code, events, stdout, stderr } = await follow(wholeRun());
    expect(code).toBe(0);
    const step = ['step-started', 'step-progress', 'step-finished'];
    expect(names(events)).toEqual([
      ...['run-started', 'facts', 'answers', 'preflight', 'plan', ...step, 'step-skipped'],
      ...[...step, ...step, ...step, ...step, 'server', 'run-finished'],
    ]);
    expect(events[0]).toMatchObject({ v: 1, command: 'init', target: 'root@vps' });
    expect(events.find(({ event }) => event === 'facts')).toMatchObject({
      role: 'server',
      os: 'Debian GNU/Linux 13 (trixie)',
      vcpus: 4,
      memoryMib: 7900,
      diskFreeMib: 200_000,
    });
    expect(events.find(({ event }) => event === 'answers')?.answers).toEqual(
      expect.arrayContaining([
        { name: 'domain', value: 'example.org', from: 'flag' },
        { name: 'rooms', value: 20, from: 'flag' },
        { name: 'federate-with', value: ['10.0.0.0/8'], from: 'flag' },
        { name: 'tier', value: 'garrison', from: 'default' },
      ]),
    );
    expect(events.find(({ event }) => event === 'preflight')).toMatchObject({ problems: [] });
    const { steps } = events.find(({ event }) => event === 'plan') as unknown as {
      steps: { step: string; changes: { kind: string }[] }[];
    };
    expect(steps.map(({ step: id }) => id)).toEqual([
      ...['docker', 'homeserver', 'database', 'well-known', 'federation', 'admin'],
    ]);
    expect(steps[0]?.changes.map(({ kind }) => kind)).toContain('install-packages');
    expect(events.find(({ event }) => event === 'server')).toMatchObject({
      address: 'https://matrix.example.org',
      domain: 'example.org',
      administrator: '@ada:example.org',
      passwordFile: join(folder, 'matrix-bastion', 'example.org', 'password-ada'),
    });
    expect(events.at(-1)).toMatchObject({ exitCode: 0, outcome: 'done', logFile: join(folder, 'run.log') });
    // People read the same on the other stream.
    expect(stderr).toContain('Docker + Compose: done in');
    expect(stderr).toContain('https://matrix.example.org');
    expect(stderr).toContain('1. Docker + Compose');
    expect(stdout).not.toMatch(/^[^{]/m);
  });

  test('a step that fails', async () => {
    const failure = new Failure({
      code: 'MB-PULL',
      what: `It failed with ${CANARY}`,
      why: 'because',
      fix: ['do this', CANARY],
      log: ['one', CANARY],
      safe: 'Your data is untouched.',
    });
    const { code, events } = await follow(wholeRun(failure));
    expect(code).toBe(1);
    expect(names(events).slice(-4)).toEqual(['step-progress', 'step-failed', 'failure', 'run-finished']);
    expect(events.at(-3)).toMatchObject({ step: 'database' });
    expect(events.at(-2)).toMatchObject({
      code: 'MB-PULL',
      what: 'It failed with [redacted]',
      why: 'because',
      fix: ['do this', '[redacted]'],
      log: ['one', '[redacted]'],
      safe: 'Your data is untouched.',
      resume: expect.stringContaining('matrix-bastion init root@vps --json'),
      logFile: join(folder, 'run.log'),
    });
    expect(events.at(-1)).toMatchObject({ exitCode: 1, outcome: 'failed' });
  });

  test('no secret is in any of it, in whatever encoding', async () => {
    for (const fail of [undefined, new Refusal({ code: 'MB-X', what: CANARY }), new TypeError(CANARY)]) {
      const { stdout, stderr } = await follow(wholeRun(fail));
      expect(stdout).toContain('[redacted]');
      for (const form of ['c4n', 'ary\\', 'made for ada', JSON.stringify(CANARY).slice(1, -1)])
        expect(stdout + stderr).not.toContain(form);
    }
  });
});

describe('other endings', () => {
  test('problems: all of them at once, then the failure', async () => {
    const body: Body = async (_options, context) => {
      const answers = someAnswers();
      const facts = someFacts({ machine: { arch: 'riscv64', clock: 1_700_003_600 } });
      const sides = situations(answers, budgetsOf(answers, facts).budgets, loadTemplates(), NOTHING_SAID);
      await clearTheWay({
        problems: (now) => preflightOf(sides.app(now)),
        start: facts,
        wait: 0,
        look: async (same) => same,
        context,
      });
      return EXIT.done;
    };
    const { code, events } = await follow(body);
    expect(code).toBe(1);
    expect(names(events)).toEqual(['run-started', 'preflight', 'failure', 'run-finished']);
    const problems = events[1]?.problems as { code: string; fix: string[] }[];
    expect(problems.map((problem) => problem.code)).toEqual(['MB-HOST-ARCH', 'MB-HOST-CLOCK']);
    for (const { fix } of problems) expect(fix.length).toBeGreaterThan(0);
  });
  test('a record that is waited for, and comes', async () => {
    const body: Body = async (_options, context) => {
      const answers = someAnswers();
      const missing = someFacts(
        {},
        { names: { 'matrix.example.org': { a: [], aaaa: [], error: 'NXDOMAIN' } } },
      );
      const sides = situations(answers, budgetsOf(answers, missing).budgets, loadTemplates(), NOTHING_SAID);
      await clearTheWay({
        problems: (now) => preflightOf(sides.app(now)),
        start: missing,
        wait: 60_000,
        look: async () => someFacts(),
        context,
      });
      return EXIT.done;
    };
    const { events } = await follow(body);
    expect(names(events)).toEqual(['run-started', 'waiting', 'preflight', 'run-finished']);
    expect(events[1]?.for).toContain('matrix.example.org');
  }, 20_000);
  test('background updates of the last upgrade that are waited for, and end', async () => {
    const body: Body = async (_options, context) => {
      const done = installed();
      const facts = (backgroundUpdates: number): Facts => ({
        ...done,
        host: {
          ...done.host,
          imageLock: done.host.imageLock.replace(RELEASE.synapse, '1.163.1'),
          database: { ...done.host.database, backgroundUpdates },
        },
      });
      const answers = someAnswers();
      const sides = situations(answers, budgetsOf(answers, done).budgets, loadTemplates(), NOTHING_SAID);
      const waiting = {
        problems: (now: Facts) => preflightOf(sides.app(now)),
        start: facts(2),
        look: async () => facts(0),
        context,
      };
      await expect(clearTheWay({ ...waiting, wait: 0 })).rejects.toThrow(/2 background updates/);
      await clearTheWay({ ...waiting, wait: 60_000 });
      return EXIT.done;
    };
    const { events } = await follow(body);
    expect(events.find(({ event }) => event === 'waiting')?.for).toMatch(/busy with 2 background updates/);
  }, 20_000);
  test('nothing to do', async () => {
    const body: Body = async (_options, context) => {
      const answers = someAnswers();
      const facts = someFacts();
      const sides = situations(answers, budgetsOf(answers, facts).budgets, loadTemplates(), NOTHING_SAID);
      const store = await openStore(answers.domain, { env: context.env });
      await nothingToDo(sides.app(facts).goal, store, context);
      return EXIT.done;
    };
    const { code, events } = await follow(body);
    expect(code).toBe(0);
    expect(names(events)).toEqual(['run-started', 'server', 'run-finished']);
    expect(events[1]).not.toHaveProperty('passwordFile');
  });
  test('what only somebody else can finish', async () => {
    const body: Body = async (_options, context) =>
      stillPending([{ code: 'MB-WELL-KNOWN', what: 'Not published yet' }], context);
    const { code, events } = await follow(body);
    expect(code).toBe(3);
    expect(events.slice(1)).toMatchObject([
      { event: 'failure', code: 'MB-WELL-KNOWN' },
      { event: 'run-finished', exitCode: 3, outcome: 'unknown' },
    ]);
  });
  test('Ctrl-C', async () => {
    const { code, events } = await follow(
      (_options, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          process.emit('SIGINT');
        }),
    );
    expect(code).toBe(130);
    expect(events.slice(1)).toMatchObject([
      { event: 'failure', code: 'MB-INTERRUPTED', resume: expect.stringContaining('--json') },
      { event: 'run-finished', exitCode: 130, outcome: 'interrupted' },
    ]);
  });
  test('an unexpected error', async () => {
    const { code, events } = await follow(async () => {
      throw new TypeError('x is not a function');
    });
    expect(code).toBe(1);
    expect(events[1]).toMatchObject({ event: 'failure', code: 'MB-UNEXPECTED', what: 'x is not a function' });
  });
  test('a wrong flag, and a command line that cannot be parsed', async () => {
    for (const flags of [
      ['--timeout', 'soon'],
      ['--domian', 'x'],
    ]) {
      const { code, events } = await follow(async () => expect.unreachable(), ...flags);
      expect(code).toBe(2);
      expect(events.slice(1)).toMatchObject([
        { event: 'failure', code: 'MB-USAGE' },
        { event: 'run-finished', exitCode: 2, outcome: 'usage' },
      ]);
    }
  });
  test('nothing is asked, not even at a terminal', async () => {
    let interactive: boolean | undefined;
    await follow(async (_options, context) => {
      interactive = context.interactive;
      return EXIT.done;
    });
    expect(interactive).toBe(false);
  });
  test('facts of a machine with Docker', () => {
    const host = hostFacts({ docker: { engine: '28.1.0', compose: '2.35.0' } });
    expect(factsValues(host)).toMatchObject({ docker: '28.1.0', compose: '2.35.0' });
  });
});
