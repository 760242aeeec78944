import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from './machine-store.ts';
import { sh } from './shell.ts';
import { ourMounts, unmountAll } from './sweep.ts';

/** Folders of a machine that must not lie on its container's overlay, because overlays do not stack. */
const always = { docker: '/var/lib/docker', containerd: '/var/lib/containerd' };

const imageOf = (name: string) => join(folderOf(name), 'disk.img');
const dataOf = (name: string) => join(folderOf(name), 'data');

/** A file system of just that size, on which a machine's data and engine live, so that "no space left" is real. */
export async function makeDisk(name: string, size: string): Promise<void> {
  mkdirSync(folderOf(name), { recursive: true });
  await sh('truncate', ['-s', size, imageOf(name)]);
  await sh('mkfs.ext4', ['-q', '-F', '-m', '0', imageOf(name)]);
}

/** The machine's folders, ready to be mounted; a limited disk is attached first. */
export async function attachDisk(name: string): Promise<string[]> {
  const data = dataOf(name);
  mkdirSync(data, { recursive: true });
  const limited = existsSync(imageOf(name));
  if (limited && !ourMounts().includes(data)) await sh('mount', ['-o', 'loop', imageOf(name), data]);
  const folders = limited ? { ...always, opt: '/opt' } : always;
  return Object.entries(folders).map(([folder, inside]) => {
    mkdirSync(join(data, folder), { recursive: true });
    return `${join(data, folder)}:${inside}`;
  });
}

export async function removeDisk(name: string): Promise<void> {
  await unmountAll(folderOf(name));
  rmSync(folderOf(name), { recursive: true, force: true });
}

/** Copies a machine's data, its owners, links and attributes included. */
export async function copyDisk(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  const image = join(from, 'disk.img');
  if (existsSync(image))
    await sh('cp', ['-a', '--sparse=always', '--reflink=auto', image, join(to, 'disk.img')]);
  else await sh('cp', ['-a', '--reflink=auto', join(from, 'data'), join(to, 'data')]);
}
