import type { FailureText } from '../errors.ts';
import { type EventSink, failureValues, NOBODY } from '../events/events.ts';
import { type BarTable, renderBars } from './bars.ts';
import { canShowBlocks } from './blocks.ts';
import { chooseStyle, hasColour, type Style } from './colour.ts';
import { reportSteps } from './events.ts';
import { renderFailure } from './failure.ts';
import { type Grid, renderGrid } from './grid.ts';
import { harmless } from './harmless.ts';
import { holdKeys, type Keyboard } from './keys.ts';
import { runPlain } from './plain-run.ts';
import { renderPlan, type ShownPlan } from './plan.ts';
import { encodeQr, renderQr } from './qr.ts';
import type { Redactor } from './redact.ts';
import { type Report, renderReport } from './report.ts';
import { renderTable, type TableRow } from './table.ts';
import { wrapWords } from './width.ts';

/** One line of the run. */
export interface UiStep {
  readonly id: string;
  readonly title: string;
  /** Why there is nothing to run, for example `already in place`; asked when its turn has come. */
  skip?(): string | undefined;
  /** `progress` takes what is going on now, one line or a piece of output; an error ends the run. */
  run(progress: (line: string) => void, signal: AbortSignal): Promise<void>;
}

interface FailureContext {
  /** The command that goes on from here. */
  readonly resume?: string;
  readonly logPath?: string;
}

/** Everything that people see. Text from outside may be passed as it is: it is redacted and made harmless here. */
export interface Ui {
  /** Prose, on stderr; also while steps run. */
  note(line: string): void;
  /** Sentences between questions, on stderr, broken at words where the terminal ends. Nothing to be copied. */
  say(text: string): void;
  /** A result, on stdout. */
  print(block: string): void;
  /** A secret for the person at the terminal, on stdout: the one thing that is not redacted. */
  showOnce(label: string, secret: string): void;
  /** Rows of name and value, aligned, on stdout. */
  table(rows: readonly TableRow[]): void;
  /** How a whole is divided, with a bar for each part, on stdout. */
  bars(table: BarTable): void;
  /** A table with headings, on stdout. */
  grid(grid: Grid): void;
  /** A link as a QR code below a line that says what for, on stdout; nothing where no camera could read it. */
  qr(label: string, link: string): Promise<void>;
  plan(plan: ShownPlan): void;
  /** A picture of what was looked at and what is to be put right, on stdout. */
  report(report: Report): void;
  /** Runs the steps one after another, each a line; rejects with the error of the step that failed. */
  run(steps: readonly UiStep[], signal?: AbortSignal): Promise<void>;
  /** The failure block, last on the screen. */
  failure(text: FailureText, context?: FailureContext): void;
  /** Whether the run is shown as timestamped lines instead of a moving list. */
  readonly plain: boolean;
}

export interface UiOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin?: Keyboard;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--plain` */
  readonly plain?: boolean;
  readonly redactor?: Redactor;
  readonly now?: () => number;
  /** Told what becomes of steps, and of every failure. */
  readonly events?: EventSink;
}

export function createUi(options: UiOptions): Ui {
  const { stdout, stderr, env } = options;
  const plain = options.plain === true || !canMove(stderr, env);
  const now = options.now ?? Date.now;
  const events = options.events ?? NOBODY;
  const clean = (text: string): string => {
    const redact = options.redactor?.redact ?? ((same: string) => same);
    return redact(harmless(redact(text)));
  };
  const errStyle: Style = chooseStyle(stderr, env);
  const outStyle: Style = chooseStyle(stdout, env);
  /** Set while a moving list holds the screen: it shows notes itself. */
  let hold: ((line: string) => void) | undefined;
  const note = (line: string): void => {
    const cleaned = clean(line);
    if (hold) hold(cleaned);
    else stderr.write(`${cleaned}\n`);
  };
  return {
    plain,
    note,
    say: (text) => note(stderr.isTTY === true ? wrapWords(text, columnsOf(stderr)) : text),
    print: (block) => void stdout.write(`${clean(block).trimEnd()}\n`),
    showOnce: (label, secret) => void stdout.write(`${harmless(label)}: ${harmless(secret)}\n`),
    table: (rows) =>
      void stdout.write(
        renderTable(rows.map(({ name, value }) => ({ name: clean(name), value: clean(value) }))),
      ),
    bars: (table) =>
      void stdout.write(
        renderBars(table, {
          columns: columnsOf(stdout),
          blocks: options.plain !== true && canShowBlocks(env),
          style: outStyle,
          clean,
        }),
      ),
    grid: (grid) =>
      void stdout.write(renderGrid(grid, { columns: columnsOf(stdout), style: outStyle, clean })),
    async qr(label, link) {
      if (options.plain === true || stdout.isTTY !== true || !canShowBlocks(env)) return;
      const modules = await encodeQr(link);
      if (modules.length > columnsOf(stdout)) return;
      const colour = hasColour(stdout, env);
      stdout.write(`${clean(label)}\n${renderQr(modules, { style: outStyle, colour })}`);
    },
    report: (report) =>
      void stdout.write(
        renderReport(report, {
          columns: columnsOf(stdout),
          symbols: options.plain !== true && canShowBlocks(env),
          style: outStyle,
          clean,
        }),
      ),
    plan: (plan) => void stdout.write(renderPlan(plan, outStyle, clean)),
    async run(given, signal = new AbortController().signal) {
      const steps = reportSteps(given, { events, now, clean });
      if (plain)
        return runPlain(steps, { write: (line) => void stderr.write(`${line}\n`), clean, now, signal });
      // listr2 is loaded only when a list is drawn: it is a third of the start-up time.
      const { runTerminal } = await import('./terminal-run.ts');
      const release = holdKeys(options.stdin);
      try {
        await runTerminal(steps, {
          stream: stderr,
          clean,
          now,
          signal,
          style: errStyle,
          onHold: (show) => {
            hold = show;
          },
        });
      } finally {
        release();
        hold = undefined;
      }
    },
    failure: (text, context = {}) => {
      const wrap = (sentence: string, indent: number): string =>
        stderr.isTTY === true ? wrapWords(sentence, columnsOf(stderr) - indent) : sentence;
      stderr.write(renderFailure(text, context, errStyle, clean, wrap));
      const { resume, logPath: logFile } = context;
      events.emit('failure', {
        ...failureValues(text),
        ...(text.log && { log: text.log }),
        ...(resume !== undefined && { resume }),
        ...(logFile !== undefined && { logFile }),
      });
    },
  };
}

const MINIMUM_COLUMNS = 20;

/** A file, a pipe and a serial console, which says 0, are taken for the usual width. */
const columnsOf = (stream: NodeJS.WriteStream): number => stream.columns || 80;

/** Whether a list may be redrawn in place: not in files, pipes, CI logs and terminals without cursor movement. */
function canMove(stream: NodeJS.WriteStream, env: UiOptions['env']): boolean {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  // Serial consoles and some containers say 0 columns: nothing can be laid out there.
  const wide = (stream.columns ?? 80) >= MINIMUM_COLUMNS;
  return stream.isTTY === true && env.TERM !== 'dumb' && !ci && wide;
}
