import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ExecEnd, Execution, OutputStream } from './channel.ts';
import { LostChannel, SessionRefused } from './channel.ts';
import { brokenShell, noSession, scriptTimeout } from './failures.ts';
import { FRAME, framed, MarkedStream, READY } from './frame.ts';
import { gateOf } from './gate.ts';
import { judgeSudo, sudoSlow } from './sudo-failures.ts';

/** How a script becomes root's. The password is held in memory for the life of the connection. */
export type Elevation =
  | { readonly kind: 'direct' }
  | { readonly kind: 'sudo' }
  | { readonly kind: 'sudo-password'; readonly password: string };

export interface ScriptOptions {
  readonly input?: string | Uint8Array | undefined;
  readonly onBytes: (stream: OutputStream, bytes: Buffer) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
}

/** As long as sudo may take to accept a password that is known to be right, in milliseconds. */
const SUDO_PATIENCE = 60_000;
/** As long as the other end may take to close a channel whose script has ended, in milliseconds. */
const LINGER = 200;

/**
 * Runs one script and waits for its end, which is the end of the script itself and not of what it
 * left running in the background.
 * @returns its exit code, 128 + signal number when it was killed.
 * @throws LostChannel when the connection went away before the script's end was seen.
 * @throws Failure when the other end did not run it at all, or it took longer than `timeout`.
 * @throws the signal's reason when aborted; the script's process group is killed first.
 */
export async function runScript(
  channel: Channel,
  elevation: Elevation,
  name: string,
  script: string,
  options: ScriptOptions,
): Promise<number> {
  try {
    return await gateOf(channel).pass(() => attempt(channel, elevation, name, script, options));
  } catch (error) {
    throw error instanceof SessionRefused ? noSession(name, error.message) : error;
  }
}

async function attempt(
  channel: Channel,
  elevation: Elevation,
  name: string,
  script: string,
  options: ScriptOptions,
): Promise<number> {
  options.signal?.throwIfAborted();
  const mark = `<mb:${randomBytes(8).toString('hex')}>`;
  const streams = {
    stdout: new MarkedStream(mark, (bytes) => options.onBytes('stdout', bytes)),
    stderr: new MarkedStream(mark, (bytes) => options.onBytes('stderr', bytes)),
  };
  const wake = new Waker();
  const opening = channel.exec(commandFor(elevation), (stream, chunk) => {
    streams[stream].push(chunk);
    wake.up();
  });
  const execution = await unlessAborted(opening, options.signal);
  gateOf(channel).hold(execution);
  let end: ExecEnd | Error | undefined;
  execution.ended.then(
    (value) => {
      end = value;
      wake.up();
    },
    (error: unknown) => {
      end = error instanceof Error ? error : new LostChannel(String(error));
      wake.up();
    },
  );
  const bytes = framed(script, mark);
  try {
    if (elevation.kind === 'sudo-password') {
      execution.write(`${elevation.password}\n`);
      await sudoReady();
    }
    execution.write(bytes);
    if (options.input !== undefined && options.input.length > 0) execution.write(options.input);
    execution.end();
    await wake.until(
      () => finished() || end !== undefined,
      options.signal,
      options.timeout,
      () => scriptTimeout(name, options.timeout ?? 0),
    );
  } catch (error) {
    if (end === undefined) await stop(channel, elevation, name, streams.stdout.pid);
    execution.release();
    throw error;
  }
  return result();

  function finished(): boolean {
    return streams.stdout.done && streams.stderr.done;
  }

  /** Script bytes are sent only after sudo has handed over: a sudo that asks again must not read them. */
  async function sudoReady(): Promise<void> {
    let hungUp = false;
    await wake.until(
      () => {
        if (!hungUp && /try again|incorrect password/i.test(streams.stderr.noise.toString('latin1'))) {
          hungUp = true;
          execution.end();
        }
        return streams.stdout.noise.includes(READY) || end !== undefined;
      },
      options.signal,
      SUDO_PATIENCE,
      () => sudoSlow(name, SUDO_PATIENCE),
    );
    if (end instanceof Error) throw end;
    if (end !== undefined) throw judgeSudo(name, streams.stderr.noise.toString('utf8'));
  }

  function result(): number {
    if (finished()) {
      letGo(execution);
      return streams.stdout.code as number;
    }
    streams.stdout.flush();
    streams.stderr.flush();
    if (end instanceof Error) throw end;
    const { code, signal } = end as ExecEnd;
    if (!streams.stdout.begun) {
      // A shell that does not like us ends with a code of its own; one that was killed says nothing about itself.
      if (code === null)
        throw new LostChannel(`its shell was ended${signal === null ? '' : ` by ${signal}`}`);
      const noise = Buffer.concat([streams.stdout.noise, streams.stderr.noise]).toString('utf8');
      throw elevation.kind === 'direct' ? brokenShell(name, noise, code) : judgeSudo(name, noise);
    }
    // The framing shell itself was killed, so the channel's word on how is all there is.
    return signal === null ? (code ?? 255) : 128 + signalNumber(signal);
  }
}

function commandFor(elevation: Elevation): string {
  if (elevation.kind === 'direct') return FRAME.direct;
  return elevation.kind === 'sudo' ? FRAME.sudo : FRAME.sudoPassword;
}

/** Background processes may hold the streams open for ever: after a moment the channel is closed anyway. */
function letGo(execution: Execution): void {
  const timer = setTimeout(() => execution.release(), LINGER);
  execution.ended.then(
    () => clearTimeout(timer),
    () => clearTimeout(timer),
  );
}

/** Kills the process group of a script that nobody waits for any more; best effort, for 3 s at most. */
async function stop(
  channel: Channel,
  elevation: Elevation,
  name: string,
  pid: number | undefined,
): Promise<void> {
  if (pid === undefined || channel.lost) return;
  // sshd, execa and sudo's pty each put a command into a process group of its own.
  const script = [
    `stat=$(cat /proc/${pid}/stat 2>/dev/null) || exit 0`,
    `set -- \${stat##*) }`,
    `[ "$3" -gt 1 ] || exit 0`,
    `kill -s TERM -- "-$3" 2>/dev/null`,
    `sleep 0.3`,
    `kill -s KILL -- "-$3" 2>/dev/null`,
    `exit 0`,
  ].join('\n');
  const killing = runScript(channel, elevation, name, script, { onBytes: () => {} }).catch(() => {});
  await Promise.race([killing, sleep(3000, undefined, { ref: false })]);
}

/** A connection that is dead without anybody knowing it yet must not hold up a Ctrl-C. */
async function unlessAborted(
  opening: Promise<Execution>,
  signal: AbortSignal | undefined,
): Promise<Execution> {
  if (signal === undefined) return opening;
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then((execution) => execution.release()).catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

function signalNumber(signal: string): number {
  return SIGNALS[signal] ?? 0;
}

/** Lets one waiter look again whenever something happened. */
class Waker {
  private wakeUp: () => void = () => {};

  up(): void {
    this.wakeUp();
  }

  async until(
    condition: () => boolean,
    signal: AbortSignal | undefined,
    timeout: number | undefined,
    late: () => Error,
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = timeout === undefined ? undefined : setTimeout(() => settle(late()), timeout);
      const onAbort = () => settle(signal?.reason ?? new Error('aborted'));
      const settle = (error?: unknown) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.wakeUp = () => {};
        if (error === undefined) resolve();
        else reject(error);
      };
      this.wakeUp = () => {
        if (condition()) settle();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      else this.wakeUp();
    });
  }
}
