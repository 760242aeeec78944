import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Identity, identify, isAlive } from './processes.ts';
import { say } from './progress.ts';

const file = '/run/matrix-bastion-world.lock';
let depth = 0;

/** One process at a time changes the world; the lock of a process that died is void. */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  if (depth === 0) await acquire();
  depth += 1;
  try {
    return await work();
  } finally {
    depth -= 1;
    if (depth === 0) rmSync(file, { force: true });
  }
}

async function acquire(): Promise<void> {
  mkdirSync('/run', { recursive: true });
  for (let told = false; ; ) {
    if (take()) return;
    const holder = read(file);
    if (!isAlive(holder)) {
      removeVoid();
      await sleep(20);
      continue;
    }
    if (!told && holder?.pid !== process.pid)
      say(`waiting for process ${holder?.pid}, which is changing the world`);
    told = true;
    await sleep(100);
  }
}

/** Whole from its first moment on: a lock that is just being written would read as void. */
function take(): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    return linked(own);
  } finally {
    rmSync(own);
  }
}

function linked(from: string): boolean {
  try {
    linkSync(from, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Only one gets it out of the way; if somebody has taken the place of the dead in between, it is put back. */
function removeVoid(): void {
  const away = `${file}.${process.pid}.void`;
  try {
    renameSync(file, away);
  } catch {
    return;
  }
  if (isAlive(read(away))) linked(away);
  rmSync(away);
}

function read(from: string): Identity | undefined {
  try {
    return JSON.parse(readFileSync(from, 'utf8')) as Identity;
  } catch {
    return undefined;
  }
}
