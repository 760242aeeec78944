import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GivenUp, WorldError } from './errors.ts';
import { paths } from './paths.ts';

/** A process id alone may belong to somebody else by now; with its start time and the boot it cannot. */
export interface Identity {
  pid: number;
  started: string;
  boot: string;
}

const boot = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

export function identify(pid: number): Identity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name may hold spaces and brackets, so count from its last bracket on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, started: fields[19] ?? '', boot: boot() };
  } catch {
    return undefined;
  }
}

export function isAlive(known: Identity | undefined): boolean {
  if (known === undefined) return false;
  const now = identify(known.pid);
  return now !== undefined && now.started === known.started && now.boot === known.boot;
}

const recordOf = (name: string) => join(paths.processes, `${name}.json`);

export function recorded(name: string): Identity | undefined {
  try {
    return JSON.parse(readFileSync(recordOf(name), 'utf8')) as Identity;
  } catch {
    return undefined;
  }
}

export function recordedNames(): string[] {
  try {
    return readdirSync(paths.processes).map((file) => file.replace(/\.json$/, ''));
  } catch {
    return [];
  }
}

export const runs = (name: string) => isAlive(recorded(name));
export const logOf = (name: string) => join(paths.logs, `${name}.log`);

export interface Daemon {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
}

/** Starts a program that outlives us, its output in a log file, its identity on record. */
export async function startDaemon({ name, command, args, env = {} }: Daemon): Promise<void> {
  mkdirSync(paths.processes, { recursive: true });
  mkdirSync(paths.logs, { recursive: true });
  const log = openSync(logOf(name), 'w');
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      cwd: '/',
    });
    await once(child, 'spawn');
  } catch (cause) {
    throw new WorldError(`${command} cannot be started: ${(cause as Error).message}`, { cause });
  } finally {
    closeSync(log);
  }
  child.unref();
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new WorldError(`${command} ended at once: ${tailOf(name)}`);
  writeFileSync(recordOf(name), JSON.stringify(identity));
}

export function tailOf(name: string, lines = 5): string {
  try {
    return readFileSync(logOf(name), 'utf8').trim().split('\n').slice(-lines).join('\n');
  } catch {
    return '(it left no log)';
  }
}

/** For whoever waits for a server: true, or the end of the waiting with the server's last words. */
export function stillRuns(name: string): true {
  if (runs(name)) return true;
  throw new GivenUp(`The server "${name}" ended: ${tailOf(name)}`);
}

export function signalDaemon(name: string, signal: NodeJS.Signals): boolean {
  const identity = recorded(name);
  if (identity === undefined || !isAlive(identity)) return false;
  process.kill(identity.pid, signal);
  return true;
}

/** Ends a recorded process, first politely. */
export async function stopDaemon(name: string, patience = 10_000): Promise<void> {
  const identity = recorded(name);
  if (identity !== undefined) await end(identity, patience);
  rmSync(recordOf(name), { force: true });
}

export async function end(identity: Identity, patience: number): Promise<void> {
  for (const [signal, wait] of [['SIGTERM', patience] as const, ['SIGKILL', 5000] as const]) {
    if (!isAlive(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch {
      return;
    }
    for (const stop = performance.now() + wait; isAlive(identity) && performance.now() < stop; )
      await sleep(20);
  }
}
