import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { reason } from '../../cli/secret-file.ts';
import { Failure } from '../../errors.ts';
import type { Desired, RenderedFile } from '../../render/desired.ts';

/** Marks a folder as ours and lists what is in it: path below the folder → SHA-256 in hex. */
const MARKER = 'matrix-bastion-plan.json';
type Listing = Readonly<Record<string, string>>;

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

/** The file's path below the folder: the machine's own, without the first slash. */
const below = ({ path }: Pick<RenderedFile, 'path'>): string => path.replace(/^\/+/, '');

/**
 * Why the folder cannot be written to, as the rest of a sentence; undefined when it is absent, empty, or holds
 * just what an earlier plan wrote there. A file that was changed since is somebody's work and no longer a plan's.
 */
export function outProblem(folder: string): string | undefined {
  try {
    if (!existsSync(folder)) return undefined;
    if (!statSync(folder).isDirectory()) return 'is not a folder';
    const [first] = readdirSync(folder);
    if (first === undefined) return undefined;
    const listing = readMarker(folder);
    if (listing === undefined)
      return `holds something else already (${first}); name a new or an empty folder`;
    const stranger = everythingIn(folder).find((found) => !isOurs(folder, found, listing));
    return stranger === undefined
      ? undefined
      : `holds ${stranger.path}, which is not as an earlier plan wrote it; name a new or an empty folder`;
  } catch (error) {
    return `cannot be read: ${reason(error)}`;
  }
}

/** Writes the files with their modes, in place of those of an earlier plan. `outProblem` has been asked before. */
export function writeTree(
  folder: string,
  { files, directories }: Pick<Desired, 'files' | 'directories'>,
): void {
  try {
    removeEarlier(folder);
    mkdirSync(folder, { recursive: true });
    const listing = Object.fromEntries(files.map((file) => [below(file), sha256(file.content)]));
    writeFileSync(join(folder, MARKER), `${JSON.stringify({ files: listing }, undefined, 2)}\n`);
    for (const file of files) {
      const path = join(folder, below(file));
      mkdirSync(dirname(path), { recursive: true });
      // Exclusive: what somebody put there meanwhile is not overwritten, and no link is followed.
      writeFileSync(path, file.content, { flag: 'wx' });
      // Apart, because the mode of a new file is cut by the umask.
      chmodSync(path, file.mode);
    }
    for (const directory of directories) {
      const path = join(folder, below(directory));
      if (existsSync(path)) chmodSync(path, directory.mode);
    }
  } catch (error) {
    throw new Failure({
      code: 'MB-PLAN-OUT',
      what: `The plan could not be written to ${folder}.`,
      why: reason(error),
      fix: ['Name another folder with --out, or make room for it.'],
      safe: 'No file that is not a plan’s was changed.',
    });
  }
}

/** The listing of an earlier plan; undefined when there is none that can be understood. */
function readMarker(folder: string): Listing | undefined {
  try {
    const { files } = JSON.parse(readFileSync(join(folder, MARKER), 'utf8')) as { files: Listing };
    return Object.values(files).every((sum) => typeof sum === 'string') ? files : undefined;
  } catch {
    return undefined;
  }
}

interface Found {
  /** Below the folder, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
}

/** Everything in the folder; links are not followed. */
const everythingIn = (folder: string): Found[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) => ({
    path: relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'),
    kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
  }));

/** Whether an earlier plan wrote it and nobody has changed it since. */
const isOurs = (folder: string, { path, kind }: Found, listing: Listing): boolean => {
  if (kind === 'folder') return Object.keys(listing).some((file) => file.startsWith(`${path}/`));
  if (kind === 'other') return false;
  return path === MARKER || sha256(readFileSync(join(folder, path))) === listing[path];
};

/** Takes away what an earlier plan wrote, but for its marker: a run that breaks here can be repeated. */
function removeEarlier(folder: string): void {
  const listing = existsSync(folder) ? readMarker(folder) : undefined;
  if (listing === undefined) return;
  // What is removed was found in the folder: a listing that names places outside reaches nothing.
  const ours = everythingIn(folder).filter((found) => isOurs(folder, found, listing));
  for (const { path, kind } of ours) if (kind === 'file' && path !== MARKER) rmSync(join(folder, path));
  const folders = ours.filter(({ kind }) => kind === 'folder').map(({ path }) => path);
  for (const path of folders.sort((a, b) => b.length - a.length)) rmdirSync(join(folder, path));
}
