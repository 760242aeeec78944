import {
  DefaultRenderer,
  ListrDefaultRendererLogLevels as Level,
  Listr,
  ListrLogger,
  ProcessOutput,
} from 'listr2';
import type { Style } from './colour.ts';
import { formatDuration } from './duration.ts';
import { lastLine } from './harmless.ts';
import type { UiStep } from './ui.ts';
import { cut, displayWidth } from './width.ts';

/** Columns that listr2 puts before a line: icon and space, plus the indentation of the line under a step. */
const MARGIN = 6;

/** listr2 looks at stdout before it draws; whether our stream can be drawn on is decided by the caller. */
class MovingRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** listr2 copies the stream's size once; this hands out a view of it, so that resizing is seen. */
class LiveOutput extends ProcessOutput {
  readonly #target: NodeJS.WriteStream;

  constructor(target: NodeJS.WriteStream) {
    super(target, target, { dump: ['stderr'], leaveEmptyLine: false });
    this.#target = target;
  }

  override get stdout(): NodeJS.WriteStream {
    const { stdout } = this.stream;
    return Object.create(this.#target, { write: { value: stdout.write.bind(stdout) } });
  }
}

export interface TerminalRun {
  readonly stream: NodeJS.WriteStream;
  /** Redacts and makes harmless. */
  readonly clean: (text: string) => string;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly style: Style;
  /** Told how to show a note while the list holds the screen. */
  readonly onHold: (show: (line: string) => void) => void;
}

/** The steps as a fixed list that is redrawn in place: elapsed time at each, what is going on under the running one. */
export async function runTerminal(steps: readonly UiStep[], run: TerminalRun): Promise<void> {
  const { stream, clean, now, signal, style } = run;
  let note: string | undefined;
  let redraw = (): void => {};
  run.onHold((line) => {
    // Shown under the list now, and kept above the prompt afterwards.
    note = line;
    stream.write(`${line}\n`);
    redraw();
  });
  const tasks = new Listr(
    steps.map((step) => ({
      title: clean(step.title),
      skip: (): string | false => {
        const skip = step.skip?.();
        return skip === undefined ? false : `${clean(step.title)}: ${clean(skip)}`;
      },
      task: async (_context: unknown, task: { title: string; output: string }): Promise<void> => {
        const title = clean(step.title);
        const started = now();
        let current = '';
        const columns = (): number => Math.max(10, (stream.columns ?? 80) - MARGIN);
        const draw = (): void => {
          const elapsed = formatDuration(Math.floor((now() - started) / 1000) * 1000);
          task.title = now() - started < 1000 ? title : timed(title, elapsed, columns(), style);
          const lines = [current, note ?? '']
            .filter((line) => line !== '')
            .map((line) => cut(line, columns()));
          if (lines.length > 0) task.output = lines.join('\n');
        };
        redraw = draw;
        const ticker = setInterval(draw, 1000);
        try {
          await step.run((text) => {
            const line = lastLine(clean(text));
            if (line === '' || line === current) return;
            current = line;
            draw();
          }, signal);
        } finally {
          clearInterval(ticker);
          redraw = () => {};
          task.title = timed(title, formatDuration(now() - started), columns(), style);
        }
      },
    })),
    {
      concurrent: false,
      exitOnError: true,
      // Ctrl-C is ours: a step finishes its change before the run ends.
      registerSignalListeners: false,
      renderer: MovingRenderer,
      rendererOptions: {
        collapseErrors: false,
        showErrorMessage: false,
        formatOutput: 'truncate',
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new LiveOutput(stream),
        }),
        color: {
          [Level.PENDING]: format(style.strong),
          [Level.COMPLETED]: format(style.good),
          [Level.FAILED]: format(style.bad),
          [Level.SKIPPED_WITH_COLLAPSE]: format(style.faint),
          [Level.WAITING]: format(style.faint),
          [Level.COMPLETED_WITH_FAILED_SISTER_TASKS]: format(style.faint),
          [Level.OUTPUT]: format(style.faint),
        },
      },
    },
  );
  signal.throwIfAborted();
  await tasks.run();
}

function format(colour: (text: string) => string): (text?: string) => string {
  return (text = '') => colour(text);
}

/** `Title  12 s`, the title cut so that the time stays visible. */
function timed(title: string, elapsed: string, columns: number, style: Style): string {
  return `${cut(title, columns - displayWidth(elapsed) - 2)}  ${style.faint(elapsed)}`;
}
