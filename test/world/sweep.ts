import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache, cgroup, run } from './paths.ts';
import { end, type Identity, identify } from './processes.ts';
import { attempt } from './shell.ts';

/** Programs of which we may have started some; only those that name a folder of ours count. */
const programs = /^(dockerd|containerd|containerd-shim.*|docker-registry|dnsmasq|pebble|caddy)$/;
const shim = /^containerd-shim/;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

function processes(wanted: (pid: number) => boolean): Identity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && wanted(pid))
    .map(identify)
    .filter((identity) => identity !== undefined);
}

function isOurProgram(pid: number): boolean {
  const argv = read(`/proc/${pid}/cmdline`).split('\0');
  const ours = argv.some((word) => word.includes(`${run}/`) || word.includes(`${cache}/`));
  return ours && programs.test(basename(argv[0] ?? ''));
}

const isInContainer = (pid: number) => read(`/proc/${pid}/cgroup`).includes(`/${cgroup}/`);

/** Processes of this world that nobody recorded or whose keeper was killed. */
export const strays = (): Identity[] => processes((pid) => isInContainer(pid) || isOurProgram(pid));

/** Ends what an engine that was killed could not end itself, and takes away its mounts. */
export async function sweepEngine(): Promise<void> {
  const isEngine = (pid: number) => {
    const name = basename(read(`/proc/${pid}/cmdline`).split('\0')[0] ?? '');
    return isOurProgram(pid) && (shim.test(name) || name === 'dockerd' || name === 'containerd');
  };
  for (let round = 0; round < 5; round += 1) {
    const found = processes((pid) => isEngine(pid) || isInContainer(pid));
    if (found.length === 0) break;
    await Promise.all(found.map((identity) => end(identity, round === 0 ? 500 : 0)));
  }
  await unmountAll();
  removeCgroups();
}

export async function sweepStrays(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const found = strays();
    if (found.length === 0) return;
    await Promise.all(found.map((identity) => end(identity, 500)));
    await sleep(20);
  }
}

/** Mount points below our folders, the deepest first. */
export function ourMounts(): string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\040/g, ' '))
    .filter((point) => point.startsWith(`${cache}/`) || point.startsWith(`${run}/`))
    .sort((a, b) => b.length - a.length);
}

export async function unmountAll(below = ''): Promise<void> {
  for (const point of ourMounts()) {
    if (!point.startsWith(below)) continue;
    const gently = await attempt('umount', [point]);
    if (gently.exitCode !== 0) await attempt('umount', ['-l', point]);
  }
}

/** The groups that the engine or a machine's own init made and did not take away. */
export function ourCgroups(): string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = [
    root,
    ...readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(root, entry.name)] : [],
    ),
  ];
  const found: string[] = [];
  const collect = (folder: string) => {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) collect(join(folder, entry.name));
      }
      found.push(folder);
    } catch {
      // Not there in this hierarchy, or gone meanwhile.
    }
  };
  for (const hierarchy of hierarchies) collect(join(hierarchy, cgroup));
  return found;
}

function removeCgroups(): void {
  for (const folder of ourCgroups()) {
    try {
      rmdirSync(folder);
    } catch {
      // Still in use: the next sweep takes it.
    }
  }
}
