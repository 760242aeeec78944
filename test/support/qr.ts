import { stripVTControlCharacters } from 'node:util';
import jsQrModule from 'jsqr';

/** Its types say a default export, its CommonJS has it one deeper. */
const jsQr = (jsQrModule as unknown as { default: typeof jsQrModule.default }).default;

/** Pixels of a module's side: a reader needs a few. */
const SCALE = 4;

/** Halves of a line that are drawn, upper and lower. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  ' ': [false, false],
  '▄': [false, true],
  '▀': [true, false],
  '█': [true, true],
};

/** What a camera reads from the first QR code on a screen, whose drawn halves are dark; undefined where there is none. */
export const readQr = (screen: string, drawn: 'dark' | 'light' = 'dark'): string | undefined => {
  const lines = stripVTControlCharacters(screen)
    .split('\n')
    .filter((line) => /[▄▀█]/.test(line) && /^[ ▄▀█]+$/.test(line));
  const width = Math.max(0, ...lines.map((line) => line.length));
  const rows = lines.flatMap((line) => {
    const halves = [...line.padEnd(width)].map((character) => HALVES[character] ?? [false, false]);
    return [halves.map(([upper]) => upper), halves.map(([, lower]) => lower)];
  });
  if (rows.length === 0) return undefined;
  // A screen that is read back has no trailing space, nor lines of it: a margin of light all around.
  const margin = 4;
  const side = (modules: number) => (modules + 2 * margin) * SCALE;
  const pixels = new Uint8ClampedArray(side(width) * side(rows.length) * 4).fill(255);
  for (let y = 0; y < rows.length * SCALE; y += 1) {
    for (let x = 0; x < width * SCALE; x += 1) {
      const dark = (rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] ?? false) === (drawn === 'dark');
      const at = ((y + margin * SCALE) * side(width) + x + margin * SCALE) * 4;
      if (dark) pixels.fill(0, at, at + 3);
    }
  }
  return jsQr(pixels, side(width), side(rows.length), { inversionAttempts: 'dontInvert' })?.data;
};
