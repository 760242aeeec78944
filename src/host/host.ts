/** Where a machine is and who we are on it. */
export interface Target {
  /** Host name, alias of ~/.ssh/config, IPv4 or IPv6 address without brackets; `localhost` means this machine. */
  readonly host: string;
  readonly user?: string;
  /** TCP port; undefined lets ~/.ssh/config or 22 decide. */
  readonly port?: number;
}

export interface RunOptions {
  /** Bytes that the script finds on its standard input. The only way in for a secret. */
  readonly input?: string | Uint8Array;
  /** Called with each piece of output as it arrives, not split at lines. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds until the script is given up as hung; default: none. */
  readonly timeout?: number;
}

export interface RunResult {
  /** Exit status, 128 + signal number when killed. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A file or folder to be put in place as a whole: written beside, synced, renamed. */
export interface TreeEntry {
  /** Absolute path on the machine. */
  readonly path: string;
  readonly type: 'file' | 'directory';
  /** Text or bytes of a file; absent for a folder. */
  readonly content?: string | Uint8Array;
  /** Permission bits, for example 0o600. */
  readonly mode: number;
  /** Numeric owner and group. */
  readonly uid: number;
  readonly gid: number;
}

/** What a detached job left behind. */
export type JobState =
  | { readonly state: 'none' }
  | { readonly state: 'running' }
  | { readonly state: 'ended'; readonly code: number }
  /** Started, not running, and no exit status: the machine went down under it. */
  | { readonly state: 'lost' };

/**
 * The one door to a machine. Every script is POSIX sh, runs as root (directly, by `sudo -n`, or by
 * sudo with a password over stdin), and travels over standard input: neither its text nor its input
 * is ever in argv or the environment. A script that exits non-zero is a result, not an error;
 * errors are `Failure`s about the connection or the rights.
 */
export interface Host {
  /** How this connection is named to people and in the log, for example `root@203.0.113.7`. */
  readonly name: string;
  run(script: string, options?: RunOptions): Promise<RunResult>;
  /** Puts entries in place in order; folders before what is in them. One round trip. */
  putTree(entries: readonly TreeEntry[]): Promise<void>;
  /** Starts a script that goes on when the connection is lost. A job of that id that runs already is left alone. */
  startJob(id: string, script: string): Promise<void>;
  /** Streams the job's output from its beginning (again after a reconnect, without repeating) until it ends. */
  followJob(id: string, options?: Pick<RunOptions, 'onOutput' | 'signal'>): Promise<RunResult>;
  jobState(id: string): Promise<JobState>;
  close(): Promise<void>;
}
