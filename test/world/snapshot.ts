import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyDisk } from './disk.ts';
import { docker, tryDocker } from './engine.ts';
import { WorldError } from './errors.ts';
import { containerOf, folderOf, type MachineRecord } from './machine-store.ts';
import { paths } from './paths.ts';
import { sh } from './shell.ts';

export interface Snapshot {
  name: string;
  image: string;
  machine: MachineRecord;
}

const folder = (name: string) => join(paths.snapshots, name);

/** A machine's system and data at one moment. The record comes last: without it the rest does not count. */
export async function takeSnapshot(name: string, machine: MachineRecord): Promise<void> {
  if (!/^[a-z0-9][a-z0-9.-]{0,60}$/.test(name))
    throw new WorldError(`${name} is no name for a snapshot: use a-z, 0-9, . and -.`);
  await removeSnapshot(name);
  const partial = `${folder(name)}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const container = containerOf(machine.name);
  const image = `world/snapshot-${name}:latest`;
  const running = (await docker(['inspect', '-f', '{{.State.Running}}', container])).trim() === 'true';
  if (running) await docker(['pause', container]);
  try {
    if (machine.disk !== undefined) await sh('sync', ['-f', join(folderOf(machine.name), 'data')]);
    await Promise.all([
      docker(['commit', '--pause=false', container, image]),
      copyDisk(folderOf(machine.name), partial),
    ]);
  } finally {
    if (running) await docker(['unpause', container]);
  }
  const record: Snapshot = { name, image, machine };
  writeFileSync(join(partial, 'snapshot.json'), JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(partial, folder(name));
}

export function loadSnapshot(name: string): Snapshot {
  const file = join(folder(name), 'snapshot.json');
  if (!existsSync(file))
    throw new WorldError(`There is no snapshot ${name}; there are: ${snapshots().join(', ') || 'none'}.`);
  return JSON.parse(readFileSync(file, 'utf8')) as Snapshot;
}

export const hasSnapshot = (name: string): boolean => existsSync(join(folder(name), 'snapshot.json'));

export function snapshots(): string[] {
  return existsSync(paths.snapshots) ? readdirSync(paths.snapshots).filter(hasSnapshot).sort() : [];
}

export const copySnapshot = ({ name }: Snapshot, machine: string): Promise<void> =>
  copyDisk(folder(name), folderOf(machine));

export async function removeSnapshot(name: string): Promise<void> {
  rmSync(folder(name), { recursive: true, force: true });
  await tryDocker(['rmi', '-f', `world/snapshot-${name}:latest`]);
}
