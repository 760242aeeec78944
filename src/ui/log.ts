import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunResult } from '../host/host.ts';
import { harmless } from './harmless.ts';
import type { Redactor } from './redact.ts';

/** The log of one run: everything that was done, without secrets, for people to read. */
export interface RunLog {
  readonly path: string;
  /** A sentence with the time before it; several lines are indented under it. */
  line(text: string): void;
  /** A script and what came of it. */
  command(script: string, result: RunResult): void;
  close(): void;
}

/**
 * Appends to a file that only the owner may read (0600). Every write goes to the file at once, so that a
 * killed run leaves its last line.
 *
 * @throws the system's error when the file cannot be opened; later write errors are swallowed: a full disk
 *   on the operator's machine must not stop what runs on the server.
 */
export function createLog(path: string, redactor: Redactor, now: () => Date = () => new Date()): RunLog {
  let file: number | undefined = openSync(path, 'a', 0o600);
  const write = (text: string): void => {
    if (file === undefined) return;
    try {
      writeSync(file, text);
    } catch {}
  };
  const clean = (text: string): string => redactor.redact(harmless(redactor.redact(text)));
  const line = (text: string): void => {
    write(`${now().toISOString()} ${clean(text).trimEnd().replaceAll('\n', '\n  ')}\n`);
  };
  return {
    path,
    line,
    command(script, { code, stdout, stderr }) {
      line(
        `ran, exit status ${code}\n${prefixed('$ ', script)}${prefixed('out| ', stdout)}${prefixed('err| ', stderr)}`,
      );
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function prefixed(prefix: string, text: string): string {
  return text.trim() === '' ? '' : `${prefix}${text.trimEnd().replaceAll('\n', `\n${prefix}`)}\n`;
}
