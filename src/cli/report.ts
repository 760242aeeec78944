import { EXIT, type ExitCode, Failure } from '../errors.ts';
import type { EventSink } from '../events/events.ts';
import type { Ui } from '../ui/ui.ts';

const ISSUES = 'https://github.com/matrix-bastion/matrix-bastion/issues';

export interface ReportContext {
  readonly resume: string;
  readonly logPath?: string;
  readonly debug: boolean;
  /** Whether Ctrl-C was pressed: then every ending counts as interrupted. */
  readonly interrupted: boolean;
  readonly events: EventSink;
}

/** Shows what ended a command and says with which code to exit. */
export function reportError(error: unknown, ui: Ui, context: ReportContext): ExitCode {
  const { logPath, resume, debug } = context;
  const log = logPath === undefined ? {} : { logPath };
  if (isAbort(error)) {
    ui.failure(
      {
        code: 'MB-INTERRUPTED',
        what: 'Stopped by you',
        safe: 'What was done stays done; the next run looks at the machine and goes on from there',
      },
      { resume, ...log },
    );
    return EXIT.interrupted;
  }
  if (error instanceof Failure) {
    // A wrong flag has to change first, and a question that was left says itself how to go on.
    const goOn = error.exitCode !== EXIT.usage && error.exitCode !== EXIT.interrupted;
    ui.failure(error.text, { ...(goOn && { resume }), ...log });
    if (debug) ui.note(error.stack ?? '');
    return context.interrupted ? EXIT.interrupted : error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const where = logPath === undefined ? '' : `; log: ${logPath}`;
  ui.note(`Unexpected error: ${message.replace(/\s*\n\s*/g, ' ')}${where}; please report it at ${ISSUES}`);
  context.events.emit('failure', {
    code: 'MB-UNEXPECTED',
    what: message,
    resume,
    ...(logPath !== undefined && { logFile: logPath }),
  });
  if (debug && error instanceof Error) ui.note(error.stack ?? '');
  return context.interrupted ? EXIT.interrupted : EXIT.failed;
}

/** Ctrl-C, or a plan that was not agreed to: commands throw an `AbortError` for both. */
function isAbort(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'))
  );
}
