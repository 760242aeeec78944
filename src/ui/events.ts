import { type EventSink, FORMAT } from '../events/events.ts';
import { harmless, lastLine } from './harmless.ts';
import type { Redactor } from './redact.ts';
import { throttle } from './throttle.ts';
import type { UiStep } from './ui.ts';

export interface EventLines {
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly redactor: Redactor;
  readonly now: () => number;
}

/** Writes each event as one line of JSON. Every text in it is redacted and made harmless. */
export function createEvents({ stdout, redactor, now }: EventLines): EventSink {
  const clean = (text: string): string => redactor.redact(harmless(redactor.redact(text)));
  return {
    emit(event, values) {
      const at = new Date(now()).toISOString();
      const line = JSON.stringify({ v: FORMAT, event, at, ...values }, (_key, value: unknown) =>
        typeof value === 'string' ? clean(value) : value,
      );
      stdout.write(`${line}\n`);
    },
  };
}

/** The same steps, with an event for whatever becomes of each. */
export function reportSteps(
  steps: readonly UiStep[],
  { events, now, clean }: { events: EventSink; now: () => number; clean: (text: string) => string },
): UiStep[] {
  return steps.map(({ id: step, title, skip, run }, index) => ({
    id: step,
    title,
    skip() {
      const reason = skip?.();
      if (reason !== undefined) events.emit('step-skipped', { step, reason });
      return reason;
    },
    async run(progress, signal) {
      events.emit('step-started', { step, title, number: index + 1, of: steps.length });
      const lines = throttle((line) => events.emit('step-progress', { step, line }), now);
      const started = now();
      const ended = (event: 'step-finished' | 'step-failed'): void => {
        lines.flush();
        events.emit(event, { step, ms: now() - started });
      };
      try {
        await run((text) => {
          lines.push(lastLine(clean(text)));
          progress(text);
        }, signal);
      } catch (error) {
        ended('step-failed');
        throw error;
      }
      ended('step-finished');
    },
  }));
}
