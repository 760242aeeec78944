import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/ui/redact.ts';
import { createUi, type UiStep } from '../../../src/ui/ui.ts';
import { fakeStream } from './fake-stream.ts';

/** A ui on two fake streams and a clock that only the steps move. */
function setUp(options: { columns?: number; env?: Record<string, string>; plain?: boolean } = {}) {
  const stdout = fakeStream(options.columns);
  const stderr = fakeStream(options.columns);
  const clock = { now: Date.UTC(2026, 0, 31, 12, 0, 0) };
  const redactor = createRedactor();
  const ui = createUi({
    stdout,
    stderr,
    env: options.env ?? {},
    redactor,
    now: () => clock.now,
    ...(options.plain !== undefined && { plain: options.plain }),
  });
  return { ui, stdout, stderr, clock, redactor };
}

const idle = async () => {};

describe('plain or moving', () => {
  test.each([
    ['a terminal', { columns: 80 }, false],
    ['a pipe', {}, true],
    ['--plain', { columns: 80, plain: true }, true],
    ['CI', { columns: 80, env: { CI: 'true' } }, true],
    ['CI=false', { columns: 80, env: { CI: 'false' } }, false],
    ['TERM=dumb', { columns: 80, env: { TERM: 'dumb' } }, true],
    ['no columns', { columns: 0 }, true],
  ])('%s', (_name, options, plain) => {
    expect(setUp(options).ui.plain).toBe(plain);
  });
});

test('a run in plain lines', async () => {
  const { ui, stderr, stdout, clock } = setUp();
  const steps: UiStep[] = [
    {
      id: 'docker',
      title: 'Docker + Compose',
      async run(progress) {
        progress('waiting for cloud-init\n');
        clock.now += 500;
        progress('Get:1 a\rGet:2 b\r');
        clock.now += 500;
        progress('\u001b[32mSetting up docker-ce\u001b[0m\n\n');
        clock.now += 64_000;
      },
    },
    { id: 'homeserver', title: 'Generate homeserver.yaml', skip: () => 'already in place', run: idle },
    {
      id: 'database',
      title: 'Wire Postgres + Redis',
      async run(progress) {
        progress('pulling 10 %');
        clock.now += 2500;
        progress('pulling 10 %');
        progress('pulling 90 %');
        ui.note('A note in between');
        throw new Error('boom');
      },
    },
    { id: 'wellknown', title: 'Publish well-known', run: idle },
  ];
  await expect(ui.run(steps)).rejects.toThrow('boom');
  expect(stderr.text()).toBe(`12:00:00Z [1/4] Docker + Compose
12:00:00Z [1/4]   waiting for cloud-init
12:01:05Z [1/4]   Setting up docker-ce
12:01:05Z [1/4] Docker + Compose: done in 1 min 5 s
12:01:05Z [2/4] Generate homeserver.yaml: already in place
12:01:05Z [3/4] Wire Postgres + Redis
12:01:05Z [3/4]   pulling 10 %
12:01:07Z [3/4]   pulling 90 %
A note in between
12:01:07Z [3/4] Wire Postgres + Redis: failed after 3 s
`);
  expect(stdout.text()).toBe('');
});

test('an aborted run starts no further step', async () => {
  const { ui } = setUp();
  const controller = new AbortController();
  const ran: string[] = [];
  const step = (id: string): UiStep => ({
    id,
    title: id,
    async run() {
      ran.push(id);
      controller.abort();
    },
  });
  await expect(ui.run([step('a'), step('b')], controller.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(ran).toEqual(['a']);
});

describe('a run on a terminal', () => {
  const steps = (fail: boolean): UiStep[] => [
    { id: 'a', title: 'Docker + Compose', run: async (progress) => progress(`x\n${'long '.repeat(40)}\n`) },
    { id: 'b', title: 'Generate homeserver.yaml', skip: () => 'already in place', run: idle },
    {
      id: 'c',
      title: 'Wire Postgres + Redis',
      async run() {
        if (fail) throw new Error('the secret cause');
      },
    },
    { id: 'd', title: 'Publish well-known', run: idle },
  ];
  /** The last frame: what stays on the screen. */
  const screen = (text: string): string[] =>
    (text.split('\u001b[G').at(-1) ?? '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences
      .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
      .trim()
      .split('\n');

  test('keeps one line per step', async () => {
    const { ui, stderr } = setUp({ columns: 40 });
    await ui.run(steps(false));
    expect(screen(stderr.text())).toEqual([
      expect.stringMatching(/^\S Docker \+ Compose {2}0\.0 s$/),
      expect.stringMatching(/^\S Generate homeserver\.yaml: already in\S*/),
      expect.stringMatching(/^\S Wire Postgres \+ Redis {2}0\.0 s$/),
      expect.stringMatching(/^\S Publish well-known {2}0\.0 s$/),
    ]);
  });
  test('stops at the step that failed and leaves the cause to the failure block', async () => {
    const { ui, stderr } = setUp({ columns: 80, env: { NO_COLOR: '1' } });
    await expect(ui.run(steps(true))).rejects.toThrow('the secret cause');
    expect(stderr.text()).not.toContain('the secret cause');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
    expect(stderr.text()).not.toMatch(/\u001b\[[0-9;]+m/);
    expect(screen(stderr.text()).at(-1)).toMatch(/Publish well-known$/);
  });
  test('gives the stream back and shows notes afterwards', async () => {
    const { ui, stderr } = setUp({ columns: 80 });
    const step: UiStep = { id: 'a', title: 'A', run: async () => ui.note('a note in between') };
    await ui.run([step]);
    ui.note('after');
    expect(screen(stderr.text()).slice(-2)).toEqual(['a note in between', 'after']);
  });
});

test.each([undefined, 80])(
  'events of a run are the same in lines and in a list (%s columns)',
  async (columns) => {
    const told: string[] = [];
    const ui = createUi({
      stdout: fakeStream(columns),
      stderr: fakeStream(columns),
      env: {},
      events: { emit: (event, values) => void told.push(`${event} ${'step' in values ? values.step : ''}`) },
    });
    await ui.run([
      { id: 'a', title: 'A', run: async (progress) => progress('x') },
      { id: 'b', title: 'B', skip: () => 'already in place', run: idle },
      { id: 'c', title: 'C', run: idle },
    ]);
    expect(told).toEqual([
      ...['step-started a', 'step-progress a', 'step-finished a', 'step-skipped b'],
      ...['step-started c', 'step-finished c'],
    ]);
  },
);

test('the failure block', () => {
  const { ui, stderr } = setUp();
  ui.failure(
    {
      code: 'MB-DOCKER-APT',
      what: 'Docker could not be installed',
      why: 'apt-get ended with status 100',
      fix: ['ssh root@vps', 'apt-get update'],
      log: Array.from({ length: 25 }, (_, i) => `line ${i + 1}`),
      safe: 'Nothing of Matrix is installed yet',
    },
    { resume: 'npx matrix-bastion init root@vps', logPath: '/state/init.log' },
  );
  expect(stderr.text()).toBe(`
FAILED MB-DOCKER-APT Docker could not be installed

Why:
  apt-get ended with status 100

Log:
${Array.from({ length: 20 }, (_, i) => `  line ${i + 6}`).join('\n')}

Fix:
  ssh root@vps
  apt-get update

Then go on with:
  npx matrix-bastion init root@vps

Safe:
  Nothing of Matrix is installed yet

Full log:
  /state/init.log
`);
});

test('a failure without details is one line', () => {
  const { ui, stderr } = setUp();
  ui.failure({ code: 'MB-X', what: 'It failed' });
  expect(stderr.text()).toBe('\nFAILED MB-X It failed\n');
});

test('the plan', () => {
  const { ui, stdout } = setUp();
  ui.plan({
    steps: [
      { title: 'Docker + Compose', changes: ['install docker-ce\nfrom download.docker.com', 'start docker'] },
      { title: 'Generate homeserver.yaml', changes: [] },
    ],
  });
  expect(stdout.text()).toBe(`1. Docker + Compose
   - install docker-ce
     from download.docker.com
   - start docker
2. Generate homeserver.yaml: nothing to do
`);
});

test('the table', () => {
  const { ui, stdout } = setUp();
  ui.table([
    { name: 'Address', value: 'https://matrix.example.org' },
    { name: '名前', value: '@admin:example.org\nsecond line' },
  ]);
  expect(stdout.text()).toBe(`Address  https://matrix.example.org
名前     @admin:example.org
         second line
`);
});

test('colours on a terminal only, and not with NO_COLOR', () => {
  const coloured = setUp({ columns: 80 });
  coloured.ui.failure({ code: 'MB-X', what: 'w' });
  expect(coloured.stderr.text()).toContain('\u001b[31mFAILED');
  const bare = setUp({ columns: 80, env: { NO_COLOR: '1' } });
  bare.ui.failure({ code: 'MB-X', what: 'w' });
  expect(bare.stderr.text()).not.toContain('\u001b');
});

test('secrets and control characters come through nowhere', async () => {
  for (const columns of [undefined, 80]) {
    const { ui, stdout, stderr, redactor } = setUp(
      columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
    );
    redactor.add('hunter2!');
    const text = 'a hunter2! \u001b]0;title\u0007\u001b[2Jb\u0008\u202e';
    ui.note(text);
    ui.print(text);
    ui.table([{ name: text, value: text }]);
    ui.bars({ rows: [{ name: text, amount: 1 }], whole: 1, unit: 'MiB' });
    ui.grid({ columns: [{ title: text, align: 'left' }], rows: [[text]] });
    ui.plan({ steps: [{ title: text, changes: [text] }] });
    ui.failure(
      { code: 'MB-X', what: text, why: text, fix: [text], log: [text], safe: text },
      { resume: text },
    );
    await ui.run([{ id: 'a', title: text, run: async (progress) => progress(text) }]);
    const all = stdout.text() + stderr.text();
    expect(all).not.toContain('hunter2');
    for (const part of ['title', '\u0007', '\u0008', '\u202e', '[2J']) expect(all).not.toContain(part);
    expect(all).toContain('[redacted]');
  }
});
