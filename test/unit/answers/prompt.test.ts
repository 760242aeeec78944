import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrompts, type PromptOptions } from '../../../src/answers/prompt.ts';
import type { Question } from '../../../src/answers/question.ts';
import { QUESTION_LIST, QUESTIONS } from '../../../src/answers/questions/index.ts';

/** Prompts on a pair of streams; `type` sends keys and waits until they are drawn. */
function setUp(signal?: AbortSignal, more: Partial<PromptOptions> = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  // A prompt ends what it wrote to, which a terminal survives: several prompts follow one another on it.
  output.end = () => output;
  let screen = '';
  output.on('data', (chunk) => {
    screen += chunk;
  });
  const prompts = createPrompts({
    resume: () => 'matrix-bastion init vps',
    input,
    output,
    ...(signal && { signal }),
    ...more,
  });
  return {
    prompts,
    screen: () => screen,
    async until(text: string) {
      for (let i = 0; i < 200 && !screen.includes(text); i++) await sleep(10);
      expect(screen).toContain(text);
    },
    async type(keys: string) {
      input.write(keys);
      await sleep(30);
    },
  };
}

describe('while it is typed', () => {
  const effect: NonNullable<PromptOptions['effect']> = (_question, value) => `it would be ${value}`;
  const about = { known: { domain: 'example.org' }, facts: {} };

  /** What stands below the line after each of `keys`. */
  async function belowAfter(question: Question, keys: readonly string[], more: Partial<PromptOptions> = {}) {
    const { prompts, screen, until, type } = setUp(undefined, { effect, ...more });
    const answer = prompts.ask(question, about);
    answer.catch(() => {});
    await until(question.label.slice(0, 10));
    const said: string[] = [];
    for (const key of keys) {
      const before = screen().length;
      await type(key);
      // Everything is drawn anew with each key: the last of it is what stands there.
      const drawn = stripVTControlCharacters(screen().slice(before)).split('? ').at(-1) ?? '';
      const [, ...lines] = drawn.slice(question.label.length).split('\n');
      said.push(lines.join(' ').trim());
    }
    await type('\u0003');
    return said;
  }

  test('a name that is not whole yet is no fault; a whole one says what it means; a wrong one why', async () => {
    expect(await belowAfter(QUESTIONS.domain as never, ['exam', 'ple.org', '_'])).toEqual([
      '',
      'it would be example.org',
      '> "example.org_" has an underscore: no certificate is issued for such a name',
    ]);
  });
  test('what is put right is no longer complained about', async () => {
    expect(await belowAfter(QUESTIONS.domain as never, ['a b', '\u007f\u007f', '.org'])).toEqual([
      expect.stringMatching(/^> "a b" is not a host name/),
      '',
      'it would be a.org',
    ]);
  });
  test('a number says what it changes, at each digit', async () => {
    expect(await belowAfter(QUESTIONS.rooms as never, ['1', '2', 'x'])).toEqual([
      'it would be 1',
      'it would be 12',
      '> "12x" is not a whole number from 0 to 1000000',
    ]);
  });
  test('a name of a user', async () => {
    expect(await belowAfter(QUESTIONS.admin as never, ['7', 'a', 'B'])).toEqual([
      '',
      'it would be 7a',
      expect.stringContaining('user ids are lower case, for example 7ab'),
    ]);
  });
  test('the sign for going back is no fault, and a file is not read', async () => {
    expect(await belowAfter(QUESTIONS.domain as never, ['<'])).toEqual(['']);
    expect(await belowAfter(QUESTIONS.federationCa as never, ['/etc/x'])).toEqual([
      expect.not.stringMatching(/would|>/),
    ]);
  });
  test('a default says what it means before anything is typed', async () => {
    const { prompts, until, type } = setUp(undefined, { effect });
    const answer = prompts.ask(QUESTIONS.rooms as never, {
      ...about,
      suggestion: { value: 20, reason: 'so' },
    });
    await until('it would be 20');
    await type('\r');
    expect(await answer).toBe('20');
  });
  test('Tab takes the default to be changed, backspace takes it away', async () => {
    const { prompts, until, type } = setUp(undefined, { effect });
    const suggestion = { value: 20, reason: 'so' };
    const changed = prompts.ask(QUESTIONS.rooms as never, { ...about, suggestion });
    await until('(20)');
    await type('\t');
    await type('5\r');
    expect(await changed).toBe('205');
    const cleared = prompts.ask(QUESTIONS.rooms as never, { ...about, suggestion });
    await type('\u007f');
    await type('\r');
    await until('is not a whole number');
    await type('3\r');
    expect(await cleared).toBe('3');
  });
  test('--plain says nothing before Enter', async () => {
    expect(await belowAfter(QUESTIONS.rooms as never, ['1', 'x'], { plain: true })).toEqual(['', '']);
  });
  test('a machine that can be none is said at once', async () => {
    const already = (text: string) => (text.includes('@@') ? 'two of them' : undefined);
    const { prompts, until, type } = setUp();
    const answer = prompts.machine([], { problem: already, already });
    await until('Machine (user@host)');
    await type('root@@');
    await until('> two of them');
    await type('\u007fvps\r');
    expect(await answer).toBe('root@vps');
  });
});

describe('what is called wrong while it is typed stays wrong, whatever follows', () => {
  const likely = fc.string({ unit: fc.constantFrom(...'ab1.-_:/@ <Aä'), maxLength: 12 });
  test.each(QUESTION_LIST.map((question) => [question.id, question] as const))('%s', (_id, question) => {
    const known = { domain: 'ab1.a' };
    fc.assert(
      fc.property(likely, likely, (begun, more) => {
        const read = question.parse(begun, { known });
        return read.ok || read.settled !== true || !question.parse(begun + more, { known }).ok;
      }),
      { numRuns: 2000 },
    );
  });
});

test('no colour that a light background swallows', async () => {
  const { prompts, screen, until, type } = setUp();
  const suggestion = { value: 'ravelin', reason: 'because' };
  const tier = prompts.ask(QUESTIONS.tier as never, { known: {}, facts: {}, suggestion });
  await until('Ravelin: 8 vCPU');
  await type('\u001b[A\r');
  await tier;
  const domain = prompts.ask(QUESTIONS.domain as never, { known: {}, facts: {} });
  await type('a_\r');
  await type('\u0015example.org\r');
  await domain;
  // Bold, dim, red, green and their ends; 36 is cyan, 33 yellow, 37 white.
  const colours = screen()
    .split('\u001b[')
    .flatMap((piece) => /^(\d+)m/.exec(piece)?.[1] ?? [])
    .map(Number);
  expect([...new Set(colours)].filter((code) => ![1, 2, 22, 31, 32, 39].includes(code))).toEqual([]);
});

test('a question says what is wrong and takes the next try', async () => {
  const { prompts, until, type } = setUp();
  const answer = prompts.ask(QUESTIONS.domain as never, { known: {}, facts: {} });
  await until('Domain');
  await type('localhost\r');
  await until('this machine only');
  await type('\u0015example.org\r');
  expect(await answer).toBe('example.org');
});

test('Enter takes the default, whose reason is shown', async () => {
  const { prompts, until, type } = setUp();
  const suggestion = { value: 100, reason: 'because' };
  const answer = prompts.ask(QUESTIONS.rooms as never, { known: {}, facts: {}, suggestion });
  await until('[because]');
  await type('\r');
  expect(await answer).toBe('100');
});

test('a closed question is a menu with the default chosen', async () => {
  const { prompts, until, type } = setUp();
  const suggestion = { value: 'ravelin', reason: 'because' };
  const answer = prompts.ask(QUESTIONS.tier as never, { known: {}, facts: {}, suggestion });
  await until('Ravelin: 8 vCPU');
  await type('\r');
  expect(await answer).toBe('ravelin');
});

test('nothing of a password is shown', async () => {
  const { prompts, screen, until, type } = setUp();
  const answer = prompts.password('Password of root');
  await until('Password of root');
  await type('hunter2');
  // What shows it in other programs that use the same library.
  await type('\u0014');
  await type('\r');
  expect(await answer).toBe('hunter2');
  expect(screen()).not.toMatch(/hunter2|[*]{2}/);
});

test('an unknown host key is not trusted by Enter', async () => {
  const { prompts, until, type } = setUp();
  const answer = prompts.hostKey({ host: 'vps', type: 'ssh-ed25519', fingerprint: 'SHA256:abc' });
  await until('SHA256:abc');
  await type('\r');
  expect(await answer).toBe(false);
});

test('Ctrl-C ends with 130 and says how to go on', async () => {
  const { prompts, until, type } = setUp();
  const answer = prompts.confirm('Go ahead?', true);
  answer.catch(() => {});
  await until('Go ahead?');
  await type('\u0003');
  await expect(answer).rejects.toMatchObject({
    exitCode: 130,
    text: { code: 'MB-INTERRUPTED', fix: ['Go on with: matrix-bastion init vps'] },
  });
});

test('so does the run’s signal', async () => {
  const controller = new AbortController();
  const { prompts, until } = setUp(controller.signal);
  const answer = prompts.confirm('Go ahead?', true);
  answer.catch(() => {});
  await until('Go ahead?');
  controller.abort();
  await expect(answer).rejects.toMatchObject({ exitCode: 130 });
});

describe('where', () => {
  const problem = (text: string) => (text.includes('@@') ? 'not a machine' : undefined);
  const problems = { problem, already: () => undefined };
  const many = Array.from({ length: 12 }, (_, index) => `vps${index + 1}`);

  test('a name of ~/.ssh/config is chosen', async () => {
    const { prompts, until, type } = setUp();
    const answer = prompts.machine(['garden', 'harbour'], problems);
    await until('another one: type it');
    await type('\u001b[B');
    await type('\r');
    expect(await answer).toBe('harbour');
  });
  test('ten at most; the rest is typed, and checked', async () => {
    const { prompts, screen, until, type } = setUp();
    const answer = prompts.machine(many, problems);
    await until('another one (2 more in ~/.ssh/config): type it');
    expect(screen()).toContain('vps10');
    expect(screen()).not.toContain('vps11');
    for (const _ of many.slice(0, 10)) await type('\u001b[B');
    await type('\r');
    await until('Machine (user@host; < goes back)');
    await type('root@@x\r');
    await until('not a machine');
    await type('\u0015root@vps12\r');
    expect(await answer).toBe('root@vps12');
  });
  test('back from typing to the list', async () => {
    const { prompts, until, type } = setUp();
    const answer = prompts.machine(['garden'], problems);
    await until('another one');
    await type('\u001b[B');
    await type('\r');
    await until('goes back');
    await type('<\r');
    await type('\r');
    expect(await answer).toBe('garden');
  });
  test('typed at once when there is none to choose', async () => {
    const { prompts, screen, until, type } = setUp();
    const answer = prompts.machine([], problems);
    await until('Machine (user@host)');
    await type('root@vps\r');
    expect(await answer).toBe('root@vps');
    expect(screen()).not.toContain('another one');
  });
  test('Ctrl-C in the list and in the typing', async () => {
    for (const keys of [[], ['\u001b[B', '\r']]) {
      const { prompts, until, type } = setUp();
      const answer = prompts.machine(['garden'], problems);
      answer.catch(() => {});
      await until('another one');
      for (const key of keys) await type(key);
      await type('\u0003');
      await expect(answer).rejects.toMatchObject({ exitCode: 130 });
    }
  });
});
