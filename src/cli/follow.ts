import type { Io } from '../cli.ts';
import type { ExitCode } from '../errors.ts';
import { type EventSink, NOBODY, outcomeOf } from '../events/events.ts';
import { RELEASE, releaseVersions } from '../releases/release.ts';
import { createEvents } from '../ui/events.ts';
import type { Redactor } from '../ui/redact.ts';
import { createUi, type Ui } from '../ui/ui.ts';

export interface FollowSettings {
  readonly io: Io;
  readonly redactor: Redactor;
  /** Whether a program follows the run (`--json`): then stdout is its alone, and what people read goes to stderr. */
  readonly json: boolean;
  readonly plain: boolean;
}

/** What the run says, to people and to a program that follows it. */
export interface Voices {
  readonly ui: Ui;
  readonly events: EventSink;
}

export function createVoices({ io, redactor, json, plain }: FollowSettings): Voices {
  const { stdin, stdout, stderr, env } = io;
  if (!json) return { ui: createUi({ stdin, stdout, stderr, env, plain, redactor }), events: NOBODY };
  // A reader that went away must not stop what runs on the machine.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const events = createEvents({ stdout, redactor, now: Date.now });
  return { ui: createUi({ stdin, stdout: stderr, stderr, env, plain, redactor, events }), events };
}

/** The first event. @returns what tells the last one. */
export function beginEvents(
  events: EventSink,
  about: { readonly command: string; readonly version: string; readonly target?: string },
): (code: ExitCode, logFile?: string) => void {
  const started = Date.now();
  events.emit('run-started', { ...about, installs: releaseVersions(RELEASE) });
  return (exitCode, logFile) =>
    events.emit('run-finished', {
      exitCode,
      outcome: outcomeOf(exitCode),
      ms: Date.now() - started,
      ...(logFile !== undefined && { logFile }),
    });
}
