/**
 * One thing to know about a machine: constant POSIX sh that prints, and a pure function that understands
 * what was printed. The script must change nothing, must not need input, and may print nothing.
 */
export interface Fact<T> {
  readonly name: string;
  readonly script: string;
  /** @param others what the other facts' scripts printed, by name: what one has found another need not look for. */
  parse(output: string, others?: Readonly<Record<string, string>>): T;
}

/** Non-empty lines of an output. */
export const lines = (output: string): string[] => output.split('\n').filter((line) => line.trim() !== '');
