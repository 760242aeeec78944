import { execa } from 'execa';
import type { ExecEnd, Execution, OutputStream } from '../channel.ts';
import { LostChannel } from '../channel.ts';

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly onData: (stream: OutputStream, chunk: Buffer) => void;
  /** Looks at the end of the process; throws when it is not that of the command, for example at ssh's own 255. */
  readonly judge?: (end: ExecEnd) => Promise<ExecEnd>;
}

/**
 * A local process as an execution. It leads a process group of its own, so that a Ctrl-C meant for us
 * does not reach it, and so that its group can be killed without killing us.
 */
export function execute(file: string, args: readonly string[], options: ProcessOptions): Execution {
  const child = execa(file, [...args], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
    extendEnv: false,
    env: { ...options.env },
  });
  child.stdout.on('data', (chunk: Buffer) => options.onData('stdout', chunk));
  child.stderr.on('data', (chunk: Buffer) => options.onData('stderr', chunk));
  // A command that ends without reading its input closes the pipe; that is its right.
  child.stdin.on('error', () => {});
  child.stdout.on('error', () => {});
  child.stderr.on('error', () => {});
  const ended = child.then(async (result): Promise<ExecEnd> => {
    if (result.exitCode === undefined && result.signal === undefined) {
      throw new LostChannel(result.originalMessage ?? `${file} could not be started`);
    }
    const end = { code: result.exitCode ?? null, signal: result.signal ?? null };
    return (await options.judge?.(end)) ?? end;
  });
  ended.catch(() => {});
  return {
    ended,
    write: (data) => {
      if (child.stdin.writable) child.stdin.write(data);
    },
    end: () => {
      child.stdin.end();
    },
    release: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    },
  };
}
