import { structuredPatch } from 'diff';
import { maskLines } from './mask.ts';

/** A file that a change writes: what is there and what will be. */
export interface FileTexts {
  readonly path: string;
  /** Undefined: there is no such file. */
  readonly before?: string;
  readonly after: string;
  /** What this program renders for it, where a hand edit makes that another text; holds no secret. */
  readonly rendered?: string;
  /** What this program last wrote; holds no secret either. */
  readonly base?: string;
}

/** Lines of a diff that are shown of one file. */
const SHORT_LINES = 16;
/** Characters that are shown of one line; the Caddyfile's regular expressions have hundreds. */
const SHORT_LINE = 160;
const CONTEXT = 2;

const lineSet = (...texts: readonly (string | undefined)[]): Set<string> =>
  new Set(texts.flatMap((text) => text?.split('\n') ?? []));

/** The unified diff of a file, secrets masked; empty where the text stays as it is. */
const diffLines = ({ path, before = '', after, rendered, base }: FileTexts): string[] => {
  if (before === after) return [];
  const known = lineSet(rendered, base);
  const [old, fresh] = [maskLines(before, known), maskLines(after, known)];
  const { hunks } = structuredPatch(path, path, before, after, '', '', { context: CONTEXT });
  return hunks.flatMap((hunk) => {
    let [from, to] = [hunk.oldStart - 1, hunk.newStart - 1];
    const lines = hunk.lines.flatMap((line) => {
      if (line.startsWith('\\')) return [];
      const sign = line[0] ?? ' ';
      const text = sign === '+' ? fresh[to] : old[from];
      if (sign !== '+') from += 1;
      if (sign !== '-') to += 1;
      return [`${sign}${text ?? ''}`];
    });
    const range = (start: number, count: number) => `${count === 0 ? start - 1 : start},${count}`;
    return [
      `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
      ...lines,
    ];
  });
};

const cutLine = (line: string): string =>
  line.length <= SHORT_LINE ? line : `${line.slice(0, SHORT_LINE - 1)}…`;

/**
 * How a file will change, for the plan: a heading and a unified diff. Short, unless `full`: the first lines and how
 * many were left away, and nothing of files that are not there yet.
 */
export const fileDiff = (file: FileTexts, full: boolean): string[] => {
  if (file.before === undefined && !full) return [];
  const lines = diffLines(file);
  if (lines.length === 0) return [];
  const heading = [`--- ${file.before === undefined ? '/dev/null' : file.path}`, `+++ ${file.path}`];
  if (full) return [...heading, ...lines];
  const left = lines.length - SHORT_LINES;
  // Leaving one line away would take a line to say so.
  if (left <= 1) return [...heading, ...lines.map(cutLine)];
  return [
    ...heading,
    ...lines.slice(0, SHORT_LINES).map(cutLine),
    `… ${left} more lines; --diff shows them all`,
  ];
};
