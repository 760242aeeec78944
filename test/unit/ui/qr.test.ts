import { describe, expect, test } from 'vitest';
import { createUi } from '../../../src/ui/ui.ts';
import { readQr } from '../../support/qr.ts';
import { fakeStream } from './fake-stream.ts';

const LINK = 'https://app.cinny.in/register/example.org/?token=aB3dEfGh23456789';
const UTF8 = { LANG: 'C.UTF-8' };

const drawn = async ({ columns = 80, env = UTF8, plain = false, link = LINK }: Drawing = {}) => {
  const stdout = fakeStream(columns === 0 ? undefined : columns);
  await createUi({ stdout, stderr: fakeStream(80), env, plain }).qr('For the camera:', link);
  return stdout.text();
};
interface Drawing {
  readonly columns?: number;
  readonly env?: Record<string, string>;
  readonly plain?: boolean;
  readonly link?: string;
}

describe('a QR code', () => {
  test('is read by a camera as the link', async () => {
    const text = await drawn();
    expect(text.startsWith('For the camera:\n')).toBe(true);
    expect(readQr(text)).toBe(LINK);
  });

  test('is black on white whatever the colours of the terminal are', async () => {
    const [, ...lines] = (await drawn()).trimEnd().split('\n');
    // What chalk writes for black on bright white, and for the end of both.
    for (const line of lines) {
      expect(line.startsWith('\u001b[30m\u001b[107m')).toBe(true);
      expect(line.endsWith('\u001b[49m\u001b[39m')).toBe(true);
    }
  });

  test('draws the light modules where there is no colour, the margin too', async () => {
    const text = await drawn({ env: { ...UTF8, NO_COLOR: '1' } });
    expect(text).not.toContain('\u001b');
    expect(readQr(text, 'light')).toBe(LINK);
    const [first = '', second = '', ...others] = text.trimEnd().split('\n').slice(1);
    expect(new Set(first + second)).toEqual(new Set('█'));
    for (const line of others) expect(line).toMatch(/^████.*████$|^▀+$/);
  });

  test('fits a terminal of 80 by 24', async () => {
    expect((await drawn()).trimEnd().split('\n').length).toBeLessThanOrEqual(23);
  });

  test.each<[string, Drawing]>([
    ['in a pipe', { columns: 0 }],
    ['where it does not fit', { columns: 40 }],
    ['where the characters are missing', { env: { LANG: 'C' } }],
    ['with --plain, which may be read aloud', { plain: true }],
  ])('nothing %s', async (_where, drawing) => expect(await drawn(drawing)).toBe(''));
});
