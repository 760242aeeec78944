export type OutputStream = 'stdout' | 'stderr';

/** How a command ended; exactly one of the two is set. */
export interface ExecEnd {
  readonly code: number | null;
  /** Signal name, for example `SIGKILL`. */
  readonly signal: string | null;
}

/** A command that runs on the other end. */
export interface Execution {
  /** Queues bytes for its standard input. Never fails: a command may end without reading everything. */
  write(data: string | Uint8Array): void;
  /** Ends its standard input, after everything queued. */
  end(): void;
  /** Stops listening and lets go of it. Says nothing about the process on the other end. */
  release(): void;
  /** Settles when the command is over, and only then; rejects with LostChannel or SessionRefused. */
  readonly ended: Promise<ExecEnd>;
}

/**
 * A way to have commands executed somewhere. Knows nothing of scripts, root or jobs: those are built
 * once, on top of every channel.
 */
export interface Channel {
  /**
   * Starts a command line. The login shell of the other end parses it, so it is always one of the
   * constants of frame.ts, never something that was put together.
   * @throws LostChannel when the connection is gone, SessionRefused when there is no room on it.
   */
  exec(command: string, onData: (stream: OutputStream, chunk: Buffer) => void): Promise<Execution>;
  /** True once the connection is known to be gone; nothing can be executed any more. */
  readonly lost: boolean;
  close(): Promise<void>;
}

/** The connection went away under an execution, or there was none left to start one on. */
export class LostChannel extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'LostChannel';
  }
}

/** The server would not open a session: nothing was started, and it may work when another has ended. */
export class SessionRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'SessionRefused';
  }
}
