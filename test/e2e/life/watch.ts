import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** What was seen of all processes, as bytes in latin1. */
export interface Watched {
  readonly sweeps: number;
  readonly texts: readonly string[];
}

const PROGRAM = fileURLToPath(new URL('./watching.ts', import.meta.url));

/** Watches every process on this machine while `work` is under way. */
export const watchProcesses = async <T>(work: () => Promise<T>): Promise<{ result: T; watched: Watched }> => {
  const watcher = execa(process.execPath, [PROGRAM], { maxBuffer: 256 * 1024 * 1024 });
  await once(watcher.stdout, 'data');
  try {
    const result = await work();
    watcher.stdin.end();
    const { stdout } = await watcher;
    return { result, watched: JSON.parse(stdout.slice(stdout.indexOf('\n'))) as Watched };
  } finally {
    watcher.kill();
  }
};
