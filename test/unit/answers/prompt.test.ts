import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createPrompts } from '../../../src/answers/prompt.ts';
import { QUESTIONS } from '../../../src/answers/questions/index.ts';

/** Prompts on a pair of streams; `type` sends keys and waits until they are drawn. */
function setUp(signal?: AbortSignal) {
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
  const many = Array.from({ length: 12 }, (_, index) => `vps${index + 1}`);

  test('a name of ~/.ssh/config is chosen', async () => {
    const { prompts, until, type } = setUp();
    const answer = prompts.machine(['garden', 'harbour'], problem);
    await until('another one: type it');
    await type('\u001b[B');
    await type('\r');
    expect(await answer).toBe('harbour');
  });
  test('ten at most; the rest is typed, and checked', async () => {
    const { prompts, screen, until, type } = setUp();
    const answer = prompts.machine(many, problem);
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
    const answer = prompts.machine(['garden'], problem);
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
    const answer = prompts.machine([], problem);
    await until('Machine (user@host)');
    await type('root@vps\r');
    expect(await answer).toBe('root@vps');
    expect(screen()).not.toContain('another one');
  });
  test('Ctrl-C in the list and in the typing', async () => {
    for (const keys of [[], ['\u001b[B', '\r']]) {
      const { prompts, until, type } = setUp();
      const answer = prompts.machine(['garden'], problem);
      answer.catch(() => {});
      await until('another one');
      for (const key of keys) await type(key);
      await type('\u0003');
      await expect(answer).rejects.toMatchObject({ exitCode: 130 });
    }
  });
});
