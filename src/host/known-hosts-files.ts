import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KnownHost } from './known-hosts.ts';
import { parseKnownHosts } from './known-hosts.ts';

/** All lines of all files, in order; a file that does not exist has none. */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHost[]> {
  const texts = await Promise.all(
    files.map(async (file) => {
      try {
        return parseKnownHosts(await readFile(file, 'utf8'), file);
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
        throw error;
      }
    }),
  );
  return texts.flat();
}

/**
 * Adds a line (with its newline) to a known_hosts file; the file is born 0600 in a folder 0700.
 *
 * One write in append mode is atomic towards other writers, ssh itself among them. A rename would lose
 * what they add meanwhile, and would replace the link when the file is one.
 */
export async function appendKnownHost(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const gap = (await endsInsideLine(file)) ? '\n' : '';
  await appendFile(file, `${gap}${line}`, { mode: 0o600, flush: true });
}

async function endsInsideLine(file: string): Promise<boolean> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch {
    return false;
  }
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
