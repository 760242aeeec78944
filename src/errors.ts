/**
 * What a person needs when something failed: what, why, the exact fix, the exact command to go on,
 * and what is safe. Rendered by ui/; carries no colour and no stack.
 */
export interface FailureText {
  /** Stable code, `MB-…`: documented, searchable, never reused. */
  readonly code: string;
  /** One line: what failed. */
  readonly what: string;
  /** One line or a few: why, in the words of the thing that failed. */
  readonly why?: string;
  /** What was expected in the place of what was found. */
  readonly expected?: string;
  /** The exact fix, one line each. */
  readonly fix?: readonly string[];
  /** Who can do it, where that is not plain: `you`, `your DNS provider`, `your hosting provider`. */
  readonly who?: string;
  /** What is untouched or still up; only what is known to be true. */
  readonly safe?: string;
  /** The last lines of the log that belongs to the failure, already redacted. */
  readonly log?: readonly string[];
}

/** Exit codes, documented in the README: scripts rely on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unknown: 3,
  refused: 4,
  /** `init --check`: something is to be done. */
  changes: 10,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An expected failure: printed as a block, without a stack, with this exit code. */
export class Failure extends Error {
  readonly text: FailureText;
  readonly exitCode: ExitCode;

  constructor(text: FailureText, exitCode: ExitCode = EXIT.failed) {
    super(text.what);
    this.name = 'Failure';
    this.text = text;
    this.exitCode = exitCode;
  }
}

/** A wrong flag or answer: names the flag; nothing was touched. Exit code 2. */
export class UsageError extends Failure {
  constructor(what: string, fix?: readonly string[], why?: string) {
    super({ code: 'MB-USAGE', what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) }, EXIT.usage);
    this.name = 'UsageError';
  }
}

/** Everything that is wrong about a command line, in one error. */
export const refuseAll = (problems: readonly string[], what: string): void => {
  const [first, ...others] = problems;
  if (first === undefined) return;
  if (others.length === 0) throw new UsageError(first);
  throw new UsageError(`${problems.length} ${what} are wrong`, undefined, problems.join('\n'));
};

/** Something that would endanger data or trust: refused for safety. Exit code 4. */
export class Refusal extends Failure {
  constructor(text: FailureText) {
    super(text, EXIT.refused);
    this.name = 'Refusal';
  }
}
