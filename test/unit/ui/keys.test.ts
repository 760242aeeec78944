import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { holdKeys } from '../../../src/ui/keys.ts';

function keyboard(isTTY = true) {
  const done: string[] = [];
  const emitter = new EventEmitter();
  return Object.assign(emitter, {
    isTTY,
    done,
    setRawMode: (raw: boolean) => done.push(raw ? 'raw' : 'cooked'),
    resume: () => done.push('resume'),
    pause: () => done.push('pause'),
  });
}

test('keys are swallowed and Ctrl-C interrupts, each time', () => {
  const keys = keyboard();
  let interrupts = 0;
  const release = holdKeys(keys, () => {
    interrupts++;
  });
  keys.emit('data', Buffer.from('hello\r'));
  expect(interrupts).toBe(0);
  keys.emit('data', Buffer.from('\u0003'));
  keys.emit('data', Buffer.from('x\u0003'));
  expect(interrupts).toBe(2);
  release();
  expect(keys.done).toEqual(['raw', 'resume', 'pause', 'cooked']);
  expect(keys.listenerCount('data')).toBe(0);
});

test('what is no terminal is left alone', () => {
  const keys = keyboard(false);
  holdKeys(keys, () => expect.unreachable())();
  expect(keys.done).toEqual([]);
});
