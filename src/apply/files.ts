import type { TreeEntry } from '../host/host.ts';
import { quote } from '../host/quote.ts';
import type { ChangeOf } from '../plan/change.ts';
import type { RenderedFile } from '../render/desired.ts';
import { PATHS, UID } from '../render/layout.ts';
import { secretsScript } from '../render/secrets-script.ts';
import { ownerOf } from '../steps/compare.ts';
import { commandFailure, runOrFail, script } from './script.ts';
import type { Outcome, Tools } from './tools.ts';

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

/** Copies of what is about to be replaced go to state/replaced/TIME/, so that no hand edit is lost. */
export const keepReplaced = async (paths: readonly string[], tools: Tools): Promise<void> => {
  const stamp = new Date().toISOString().replaceAll(':', '-');
  await runOrFail(
    tools,
    script(tools, 'keep-replaced.sh', { stamp, root: PATHS.root }),
    commandFailure(
      'MB-HOST-WRITE',
      'A copy of the files to be replaced could not be kept.',
      [`Check the disk of ${PATHS.state}.`],
      UNTOUCHED,
    ),
    paths.map((path) => `${path}\n`).join(''),
  );
};

export const writeFiles = async ({ files }: ChangeOf<'write-files'>, tools: Tools): Promise<Outcome> => {
  await keepReplaced(
    files.map(({ path }) => path),
    tools,
  );
  await tools.host.putTree(files.map((file) => treeEntry(file)));
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
