import type { Style } from './colour.ts';

/** Modules of a code, row by row, its quiet zone included: true is dark. */
export type Modules = readonly (readonly boolean[])[];

/** Light modules on each side, without which readers do not find it (ISO/IEC 18004, "Quiet zone"). */
const QUIET_ZONE = 4;

/**
 * The modules of a QR code with the least correction of errors: a screen has no stains, and a smaller code is read from
 * further away. @throws Error when the text is longer than a code can hold (2,953 bytes)
 */
export const encodeQr = async (text: string): Promise<Modules> => {
  // Loaded only when one is drawn.
  const { encode } = await import('uqr');
  return encode(text, { ecc: 'L', border: QUIET_ZONE }).data;
};

/** By whether the upper and the lower one of two modules is drawn. */
const HALVES = [' ', '▄', '▀', '█'];

/**
 * Two rows of modules a line, one column each. In colour it is black on white whatever the terminal's are; without, light
 * modules are drawn, as most terminals write light on dark.
 */
export const renderQr = (modules: Modules, { style, colour }: { style: Style; colour: boolean }): string => {
  const drawn = (dark: boolean | undefined): boolean => (dark ?? false) === colour;
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const line = (modules[row] ?? []).map(
      (upper, column) => HALVES[Number(drawn(upper)) * 2 + Number(drawn(modules[row + 1]?.[column]))],
    );
    lines.push(style.paper(line.join('')));
  }
  return `${lines.join('\n')}\n`;
};
