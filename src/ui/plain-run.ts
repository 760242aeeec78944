import { formatDuration } from './duration.ts';
import { lastLine } from './harmless.ts';
import { throttle } from './throttle.ts';
import type { UiStep } from './ui.ts';

export interface PlainRun {
  readonly write: (line: string) => void;
  /** Redacts and makes harmless. */
  readonly clean: (text: string) => string;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** The steps as lines with the time (UTC) before them: for CI, pipes and screen readers. */
export async function runPlain(
  steps: readonly UiStep[],
  { write, clean, now, signal }: PlainRun,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    signal.throwIfAborted();
    const place = `[${index + 1}/${steps.length}]`;
    const say = (text: string): void => {
      write(`${new Date(now()).toISOString().slice(11, 19)}Z ${place} ${text}`);
    };
    const title = clean(step.title);
    const skip = step.skip?.();
    if (skip !== undefined) {
      say(`${title}: ${clean(skip)}`);
      continue;
    }
    say(title);
    const progress = throttle((line) => say(`  ${line}`), now);
    const started = now();
    try {
      await step.run((text) => progress.push(lastLine(clean(text))), signal);
    } catch (error) {
      progress.flush();
      say(`${title}: failed after ${formatDuration(now() - started)}`);
      throw error;
    }
    progress.flush();
    say(`${title}: done in ${formatDuration(now() - started)}`);
  }
}
