import { existsSync } from 'node:fs';
import { execa } from 'execa';

/**
 * A program of the system's packages, installed where it is missing and this is root on Debian or Ubuntu.
 * @returns its path, or undefined where it cannot be had.
 */
export const programOf = async (path: string, packages: readonly string[]): Promise<string | undefined> => {
  if (existsSync(path)) return path;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, reject: false, timeout: 10 * 60_000 };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  await execa('apt-get', [...lock, 'update', '-q'], options);
  await execa('apt-get', [...lock, 'install', '-yq', '--no-install-recommends', ...packages], options);
  return existsSync(path) ? path : undefined;
};
