import type { TreeEntry } from '../host/host.ts';
import { quote, sh } from '../host/quote.ts';
import type { ChangeOf } from '../plan/change.ts';
import type { RenderedFile } from '../render/desired.ts';
import { isTracked, KEPT_EDIT, PATHS, UID, writingCopy, writtenCopy } from '../render/layout.ts';
import { secretsScript } from '../render/secrets-script.ts';
import { ownerOf } from '../steps/compare.ts';
import { commandFailure, runOrFail, script } from './script.ts';
import type { Hands, Outcome, Tools } from './tools.ts';

const UNTOUCHED = 'The files that were there are untouched.';

export const treeEntry = (file: RenderedFile, path = file.path): TreeEntry => ({
  path,
  type: 'file',
  content: file.content,
  mode: file.mode,
  ...ownerOf(file),
});

export const makeDirectories = async (
  { directories }: ChangeOf<'make-directories'>,
  tools: Tools,
): Promise<Outcome> => {
  await tools.host.putTree(
    directories.map(({ path, mode, owner }) => ({ path, type: 'directory', mode, ...UID[owner] })),
  );
  return 'done';
};

/** Of what was replaced, so many times stay however old they are, and all that is newer than so many days. Guess. */
const KEEP_TIMES = 20;
const KEEP_DAYS = 90;

const stampOf = (time: number): string => new Date(time).toISOString().replaceAll(':', '-');

/**
 * Copies of what is about to be replaced go to state/replaced/TIME/, so that no hand edit is lost; older ones than
 * anybody looks for go.
 */
export const keepReplaced = async (paths: readonly string[], tools: Hands): Promise<void> => {
  const now = Date.now();
  await runOrFail(
    tools,
    script(tools, 'keep-replaced.sh', {
      stamp: stampOf(now),
      root: PATHS.root,
      keep: KEEP_TIMES,
      since: stampOf(now - KEEP_DAYS * 24 * 3_600_000),
    }),
    commandFailure(
      'MB-HOST-WRITE',
      'A copy of the files to be replaced could not be kept.',
      [`Check the disk of ${PATHS.state}.`],
      UNTOUCHED,
    ),
    paths.map((path) => `${path}\n`).join(''),
  );
};

/** What was edited by hand and is replaced all the same stays beside it as FILE.yours-TIME, for root alone. */
export const keepYours = async (files: readonly RenderedFile[], tools: Tools): Promise<void> => {
  const replaced = files.filter(({ edit }) => edit?.kind === 'replaced');
  if (replaced.length === 0) return;
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  await runOrFail(
    tools,
    replaced
      .map(
        ({ path }) =>
          sh`install -m 600 -o root -g root -- ${path} ${`${path}${KEPT_EDIT}${stamp}`} || exit 1`,
      )
      .join('\n'),
    commandFailure('MB-HOST-WRITE', 'An edited file could not be kept beside the new one.', [], UNTOUCHED),
  );
};

/** Every folder between the root and a file below state/, parents first. */
const foldersOf = (paths: readonly string[]): TreeEntry[] => {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.slice(PATHS.state.length + 1).split('/');
    for (let depth = 1; depth < parts.length; depth += 1)
      folders.add(`${PATHS.state}/${parts.slice(0, depth).join('/')}`);
  }
  return [...folders].map((path) => ({ path, type: 'directory', mode: 0o700, ...UID.root }));
};

const copyEntry = (path: string, content: string): TreeEntry => ({
  path,
  type: 'file',
  content,
  mode: 0o600,
  ...UID.root,
});

/**
 * Puts files in place and records what was written, so that a later hand edit is told from it. In this order a file is
 * at any moment either what is recorded as written or what is recorded as about to be. `also` follows the files.
 */
export const putRecorded = async (
  files: readonly RenderedFile[],
  tools: Tools,
  also: readonly TreeEntry[] = [],
): Promise<void> => {
  await keepReplaced(
    files.map(({ path }) => path),
    tools,
  );
  await keepYours(files, tools);
  const tracked = files.filter(({ path }) => isTracked(path));
  const before = tracked.map(({ path, content, rendered = content }) =>
    copyEntry(writingCopy(path), rendered),
  );
  const after = tracked.map(({ path, content, rendered = content }) =>
    copyEntry(writtenCopy(path), rendered),
  );
  await tools.host.putTree([
    ...foldersOf([...before, ...after].map(({ path }) => path)),
    ...before,
    ...files.map((file) => treeEntry(file)),
    ...also,
    ...after,
  ]);
};

export const writeFiles = async ({ files }: ChangeOf<'write-files'>, tools: Tools): Promise<Outcome> => {
  await putRecorded(files, tools);
  return 'done';
};

/** Takes files of ours away, with the records of what was written; copies of them stay in state/replaced. */
export const removeFiles = async ({ paths }: ChangeOf<'remove-files'>, tools: Tools): Promise<Outcome> => {
  await keepReplaced(paths, tools);
  const gone = paths.flatMap((path) => [path, writtenCopy(path), writingCopy(path)]);
  await runOrFail(
    tools,
    `rm -f -- ${gone.map(quote).join(' ')}`,
    commandFailure('MB-HOST-WRITE', 'A file could not be removed.', [], UNTOUCHED),
  );
  return 'done';
};

export const clearLeftovers = async (
  { paths }: ChangeOf<'clear-leftovers'>,
  tools: Tools,
): Promise<Outcome> => {
  await runOrFail(
    tools,
    `rm -rf -- ${paths.map(quote).join(' ')}`,
    commandFailure('MB-HOST-WRITE', 'What an interrupted run has left could not be removed.', [], UNTOUCHED),
  );
  return 'done';
};

export const repairOwners = async (
  { entries }: ChangeOf<'repair-owners'>,
  tools: Tools,
): Promise<Outcome> => {
  const commands = entries.map(
    ({ path, uid, gid, mode }) =>
      `chown -h ${uid}:${gid} -- ${quote(path)} && chmod ${mode.toString(8)} -- ${quote(path)} || exit 1`,
  );
  await runOrFail(
    tools,
    commands.join('\n'),
    commandFailure('MB-HOST-WRITE', 'Owner and mode of a file could not be set.', [], UNTOUCHED),
  );
  return 'done';
};

export const createSecrets = async (tools: Tools): Promise<Outcome> => {
  await runOrFail(
    tools,
    secretsScript(tools.goal.desired.secrets),
    commandFailure(
      'MB-SECRETS',
      'The secrets could not be created on the machine.',
      [`Check the disk of ${PATHS.root}, then run this again.`],
      'A secret that exists is never replaced.',
    ),
  );
  return 'done';
};
