import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    try {
      writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = read();
    if (holder === undefined || !isAlive(holder)) {
      // Seen twice before it is removed: an empty file may be one that is just being written.
      await sleep(50);
      if (!isAlive(read())) rmSync(file, { force: true });
      continue;
    }
    if (!told && holder.pid !== process.pid)
      say(`waiting for process ${holder.pid}, which is changing the world`);
    told = true;
    await sleep(100);
  }
}

function read(): Identity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Identity;
  } catch {
    return undefined;
  }
}
