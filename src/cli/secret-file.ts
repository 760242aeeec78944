import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import type { Redactor } from '../ui/redact.ts';

/** Secrets are short; a larger file is a mistake. */
const LIMIT = 64 * 1024;

/**
 * The secret in a file that a flag names: its text without one final line end, registered for redaction.
 * `/dev/stdin` works as well.
 *
 * @throws UsageError that names the flag.
 */
export function readSecretFile(flag: string, path: string, redactor: Redactor): string {
  const bytes = readBytes(flag, path);
  if (bytes.length > LIMIT) throw new UsageError(`${flag}: ${path} is larger than 64 KiB`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${flag}: ${path} is not UTF-8 text`);
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new UsageError(`${flag}: ${path} is empty`);
  redactor.add(secret);
  return secret;
}

/** A text file that a flag names. @throws UsageError that names the flag. */
export function readTextFile(flag: string, path: string): string {
  return readBytes(flag, path).toString('utf8');
}

function readBytes(flag: string, path: string): Buffer {
  try {
    // By its number: what is no file and no pipe, such as a socket, cannot be opened by a name a second time.
    return readFileSync(path === '/dev/stdin' ? 0 : path);
  } catch (error) {
    throw new UsageError(`${flag}: ${path} cannot be read: ${reason(error)}`);
  }
}

/** `ENOENT: no such file or directory, open '…'` → `no such file or directory`. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('EISDIR')) return 'it is a folder';
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
