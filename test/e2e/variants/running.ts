import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN, type Deployment, initArguments, stateFile } from '../../support/product.ts';
import { operator } from '../../world/index.ts';

export interface Ended {
  /** undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** What it wrote on both streams, in the order in which it came. */
  readonly text: string;
  readonly milliseconds: number;
}

type Signal = 'SIGKILL' | 'SIGINT' | 'SIGSTOP' | 'SIGCONT';

/** An `init` that runs: watched while it does, and ended the hard way if need be. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  text(): string;
  /** Waits for something on its streams; an error when it ends without it. */
  says(pattern: RegExp): Promise<void>;
  /** Waits for something in its log, which has every change before it is made. */
  logs(pattern: RegExp): Promise<void>;
  signal(name: Signal): void;
  /** Sends a signal the moment that something is on its streams; an error when it ends without it. */
  signalAt(pattern: RegExp, name: Signal): Promise<void>;
  /** SIGKILL: it gets to do nothing any more. */
  kill(): Promise<Ended>;
  /** The same, the moment that something is on its streams. */
  killAt(pattern: RegExp): Promise<Ended>;
}

/** Notices a hang only: a step may have packages and images to fetch. */
const PATIENCE_MS = 480_000;

const alive = new Set<Running>();

/** Ends what a failed test has left running. */
export const killAll = async (): Promise<void> => {
  await Promise.all([...alive].map((run) => run.kill()));
};

const logFiles = (domain: string): string[] => {
  const folder = dirname(stateFile(domain, join('logs', 'x')));
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

/** Bytes of each log: what a new run appends comes after them (two runs within a second share a file). */
const sizes = (domain: string) =>
  new Map(logFiles(domain).map((path) => [path, readFileSync(path).length] as const));

/** Starts `init` as the operator, with nobody to answer a question. */
export const start = (deployment: Deployment, more: readonly string[] = []): Running => {
  const before = sizes(deployment.domain);
  const argv = [process.execPath, BIN, ...initArguments(deployment), ...more];
  let text = '';
  let over = false;
  let awaited: { readonly pattern: RegExp; readonly name: Signal } | undefined;
  const child = operator.spawn(argv, { stdin: 'ignore', all: true, buffer: false, reject: false });
  child.all.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    strike();
  });
  /** Within the arrival of what was awaited: whoever looks now and then comes late on a busy computer. */
  const strike = (): void => {
    if (!awaited?.pattern.test(text)) return;
    child.kill(awaited.name);
    awaited = undefined;
  };
  const ended = child.then((result): Ended => {
    over = true;
    alive.delete(running);
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      text,
      milliseconds: Math.round(result.durationMs),
    };
  });
  const log = (): string =>
    logFiles(deployment.domain)
      .map((path) =>
        readFileSync(path)
          .subarray(before.get(path) ?? 0)
          .toString('utf8'),
      )
      .join('');
  const seen = async (where: string, read: () => string, pattern: RegExp): Promise<void> => {
    for (const end = Date.now() + PATIENCE_MS; ; ) {
      // Asked before reading: what is written last must not be missed.
      const last = over || Date.now() > end;
      if (pattern.test(read())) return;
      if (last) throw new Error(`${pattern} did not turn up in the ${where} of init:\n${text}`);
      await sleep(5);
    }
  };
  const running: Running = {
    ended,
    text: () => text,
    says: (pattern) => seen('output', () => text, pattern),
    logs: (pattern) => seen('log', log, pattern),
    signal: (name) => void child.kill(name),
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
    async signalAt(pattern, name) {
      awaited = { pattern, name };
      strike();
      await running.says(pattern);
    },
    async killAt(pattern) {
      await running.signalAt(pattern, 'SIGKILL');
      return ended;
    },
  };
  alive.add(running);
  return running;
};

/** Runs `init` to its end. */
export const finish = (deployment: Deployment, more: readonly string[] = []): Promise<Ended> =>
  start(deployment, more).ended;
