import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME, framed, MarkedStream, SUDO_CHECK } from '../../../src/host/frame.ts';

const MARK = '<mb:0123456789abcdef>';

/** Feeds bytes in the given pieces; what came out, and what was known at the end. */
function read(bytes: Buffer, cuts: readonly number[]) {
  const out: Buffer[] = [];
  const stream = new MarkedStream(MARK, (piece) => out.push(Buffer.from(piece)));
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    stream.push(bytes.subarray(from, cut));
    from = Math.max(from, cut);
  }
  stream.push(bytes.subarray(from));
  stream.flush();
  return {
    out: Buffer.concat(out),
    noise: stream.noise,
    pid: stream.pid,
    code: stream.code,
    done: stream.done,
  };
}

describe('MarkedStream', () => {
  test('takes the script’s bytes out of noise, however the stream is cut', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((list) => Buffer.from(list));
    const nearMark = fc
      .constantFrom('<', '<mb:', MARK.slice(0, -1), `${MARK}x`, '<<mb:0')
      .map((text) => Buffer.from(text));
    const anything = fc.array(fc.oneof(bytes, nearMark), { maxLength: 4 }).map((list) => Buffer.concat(list));
    fc.assert(
      fc.property(
        anything,
        anything,
        anything,
        fc.array(fc.nat(300), { maxLength: 40 }),
        (noise, body, rest, cuts) => {
          const all = Buffer.concat([
            noise,
            Buffer.from(`${MARK}(4711)`),
            body,
            Buffer.from(`${MARK}[137]`),
            rest,
          ]);
          const inside = cuts.map((cut) => cut % (all.length + 1));
          expect(read(all, inside)).toEqual({ out: body, noise, pid: 4711, code: 137, done: true });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('bytes are handed over as they come: only what may be a mark is held back', () => {
    const pieces: string[] = [];
    const stream = new MarkedStream(MARK, (piece) => pieces.push(piece.toString()));
    stream.push(Buffer.from(`${MARK}(1)a prompt: `));
    stream.push(Buffer.from('x<mb:'));
    expect(pieces).toEqual(['a prompt: ', 'x']);
    stream.push(Buffer.from('y'));
    expect(pieces.join('')).toBe('a prompt: x<mb:y');
  });

  test('a stream that ends early has no code, and nothing of it is kept back', () => {
    expect(read(Buffer.from(`${MARK}(1)half <mb:01`), [])).toMatchObject({ code: undefined, done: false });
    expect(read(Buffer.from(`${MARK}(1)half <mb:01`), []).out.toString()).toBe('half <mb:01');
    expect(read(Buffer.from('This account is not available.\n'), []).noise.toString()).toContain(
      'not available',
    );
  });

  test('a chatty login cannot fill the memory', () => {
    const stream = new MarkedStream(MARK, () => {});
    for (let i = 0; i < 100; i++) stream.push(Buffer.alloc(10_000, 'x'));
    expect(stream.noise.length).toBeLessThanOrEqual(16_384);
    stream.push(Buffer.from(`${MARK}(1)`));
    expect(stream.begun).toBe(true);
  });
});

describe('the constants', () => {
  test.each([...Object.entries(FRAME), ['check', SUDO_CHECK]])(
    '%s means the same to every login shell',
    (_name, text) => {
      expect(text).not.toMatch(/[!\\\n]/);
      // Single quotes come in pairs with none inside, which fish and csh read as sh does.
      expect((text.match(/'/g) ?? []).length % 2).toBe(0);
    },
  );

  test('the header counts bytes, not characters', () => {
    expect(framed('é', MARK).toString()).toBe(`2 ${MARK}\né`);
    expect(() => framed('a\0b', MARK)).toThrow(TypeError);
  });
});
