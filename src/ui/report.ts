import type { Finding } from '../federation/judge/findings.ts';
import type { Row } from '../federation/picture.ts';
import type { Style } from './colour.ts';
import { displayWidth, wrapWords } from './width.ts';

/** A line of a picture as it is shown: whether it is shown at all has been decided. */
export type PictureRow = Omit<Row, 'detail'>;

/** Something that is to be put right. */
export type ReportFinding = Omit<Finding, 'check'>;

export interface Report {
  readonly headline: string;
  readonly good: boolean;
  readonly rows: readonly PictureRow[];
  /** The first one is the first to be put right. */
  readonly findings: readonly ReportFinding[];
  /** Last lines, one sentence each. */
  readonly closing: readonly string[];
}

export interface ReportLook {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Whether ✓ and ✗ can be shown. */
  readonly symbols: boolean;
  readonly style: Style;
  readonly clean: (text: string) => string;
}

const SYMBOLS = { good: '✓', warning: '!', bad: '✗', unknown: '·' } as const;
/** The same for terminals without them; words, so that a screen reader says them. */
const WORDS = { good: 'ok', warning: 'warn', bad: 'BAD', unknown: '-' } as const;
const GAP = 2;
/** Columns; with fewer beside the name, what was seen goes under it. */
const ENOUGH = 24;
/** Columns; longer lines of prose are hard to read. */
const PROSE = 100;

/** The picture, then the findings in the order in which they are to be put right. */
export function renderReport(report: Report, look: ReportLook): string {
  const { style, clean } = look;
  const colour = report.good ? style.good : style.bad;
  const parts = [
    [
      painted(clean(report.headline), look, (text) => style.strong(colour(text))),
      ...pictureLines(report.rows, look),
    ].join('\n'),
    ...report.findings.map((finding) => findingLines(finding, look).join('\n')),
    report.closing.map((line) => prose(clean(line), 0, look)).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function pictureLines(rows: readonly PictureRow[], look: ReportLook): string[] {
  const { columns, style, clean } = look;
  const marks = look.symbols ? SYMBOLS : WORDS;
  const markWidth = Math.max(...Object.values(marks).map(displayWidth));
  const shown = rows.map((row) => ({
    ...row,
    name: `${'  '.repeat(row.depth)}${clean(row.name)}`,
    says: clean(row.says),
  }));
  const start = markWidth + 1;
  const nameWidth = Math.max(0, ...shown.map(({ name }) => displayWidth(name)));
  const beside = columns - start - nameWidth - GAP;
  const paint = { good: style.good, warning: style.strong, bad: style.bad, unknown: style.faint };
  return shown.flatMap(({ depth, mark, name, says }) => {
    const first = `${paint[mark](marks[mark].padEnd(markWidth))} ${name}`;
    if (says === '') return [first];
    if (beside >= ENOUGH) {
      const [one = '', ...more] = wrapWords(says, beside).split('\n');
      const indent = ' '.repeat(start + nameWidth + GAP);
      const pad = ' '.repeat(nameWidth - displayWidth(name) + GAP);
      return [`${first}${pad}${one}`, ...more.map((line) => `${indent}${line}`)];
    }
    const indent = start + 2 * depth + 2;
    return [first, ...prose(says, indent, look).split('\n')];
  });
}

function findingLines(finding: ReportFinding, look: ReportLook): string[] {
  const { style, clean } = look;
  const { code, severity, title, where, seen, why, fix, recipe, visible } = finding;
  const paint = severity === 'error' ? style.bad : style.strong;
  const section = (name: string, body: string): string => labelled(name, clean(body), look);
  return [
    painted(`${severity.toUpperCase()} ${code} ${clean(title)}`, look, paint),
    section('Where:', where),
    section('Seen:', seen),
    section('Why:', why),
    ...fix.map((line, index) => section(fix.length === 1 ? 'Fix:' : `Fix ${index + 1}:`, line)),
    ...(recipe
      ? [
          prose(`For ${recipe.software}, which answers there:`, 2, look),
          ...recipe.lines.map((line) => `    ${clean(line)}`),
        ]
      : []),
    ...(visible === undefined ? [] : [section('Seen by others:', visible)]),
  ];
}

/** A label and a sentence, whose further lines are aligned under the first. */
function labelled(label: string, text: string, look: ReportLook): string {
  const indent = displayWidth(label) + 3;
  return `  ${label} ${prose(text, indent, look).trimStart()}`;
}

/** A headline broken at words, each line painted by itself: a colour ends where the line does. */
function painted(text: string, look: ReportLook, paint: (text: string) => string): string {
  const lines = prose(text, 0, look).split('\n');
  return lines.map((line) => paint(line)).join('\n');
}

/** A sentence broken at words, every line behind so many spaces. */
function prose(text: string, indent: number, { columns }: ReportLook): string {
  const space = ' '.repeat(indent);
  return wrapWords(text, Math.max(20, Math.min(columns, PROSE) - indent))
    .split('\n')
    .map((line) => `${space}${line}`)
    .join('\n');
}
