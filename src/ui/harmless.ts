import { stripVTControlCharacters } from 'node:util';

/**
 * Text from outside made safe to show: escape sequences go, other control characters and the marks that
 * reorder text (CVE-2021-42574) become `\u{…}`. Line feeds and tabs stay.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(
    /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

/** The one line to show of a piece of progress: the last that is not empty, after the last carriage return. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split(/[\r\n]+/)
    .map((line) => line.trim());
  return harmless(lines.findLast((line) => line !== '') ?? '').replaceAll('\t', ' ');
}
