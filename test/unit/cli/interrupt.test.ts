import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { isInteractive } from '../../../src/cli/interactive.ts';
import { watchInterrupts } from '../../../src/cli/interrupt.ts';
import { shellWords } from '../../../src/cli/shell-words.ts';

test('the first signal aborts, the second exits with 130', () => {
  const exits: unknown[] = [];
  const target = Object.assign(new EventEmitter(), {
    exit(code: unknown) {
      exits.push(code);
      return undefined as never;
    },
  });
  let first = 0;
  const { signal, release } = watchInterrupts(() => {
    first++;
  }, target as never);
  target.emit('SIGINT');
  expect([signal.aborted, first, exits]).toEqual([true, 1, []]);
  target.emit('SIGTERM');
  expect(exits).toEqual([130]);
  release();
  expect(target.listenerCount('SIGINT') + target.listenerCount('SIGTERM')).toBe(0);
});

test.each([
  [true, true, false, true],
  [false, true, false, false],
  [true, false, false, false],
  [true, true, true, false],
])('stdin %s, stdout %s, --non-interactive %s: interactive %s', (input, output, never, expected) => {
  expect(isInteractive({ isTTY: input }, { isTTY: output }, never)).toBe(expected);
});

test('words are quoted only where they must', () => {
  expect(shellWords(['init', 'root@2001:db8::1', 'a b', "it's", '$(x)', ''])).toBe(
    `init root@2001:db8::1 'a b' 'it'\\''s' '$(x)' ''`,
  );
});
