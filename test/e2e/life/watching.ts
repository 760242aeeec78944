/**
 * Reads the arguments and the environment of every process on this machine, over and over, until standard input
 * ends; then prints what it saw, each text once. Machines of the world are containers, so their processes, and
 * those of the containers inside them, are among these.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Watched } from './watch.ts';

const seen = new Set<string>();
/** The environment is that of the program: it is read anew when the arguments tell that another one runs. */
const last = new Map<string, string>();
let sweeps = 0;
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

const look = (pid: string): void => {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    if (args === '' || last.get(pid) === args) return;
    last.set(pid, args);
    seen.add(args);
    seen.add(readFileSync(`/proc/${pid}/environ`, 'latin1'));
  } catch {
    // It ended meanwhile.
  }
};

console.log('ready');
while (!isOver) {
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) look(name);
  sweeps += 1;
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(JSON.stringify({ sweeps, texts: [...seen] } satisfies Watched));
