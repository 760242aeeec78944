import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import type { EditChoices, EditOutcome } from '../../edits/hand-edits.ts';
import { Refusal } from '../../errors.ts';
import type { Facts } from '../../plan/facts.ts';
import { fileDiff } from '../../plan/file-diff.ts';
import { KEPT_EDIT, PATHS } from '../../render/layout.ts';
import type { Ui } from '../../ui/ui.ts';
import type { Situations } from './situations.ts';

export interface Edited {
  readonly path: string;
  /** How the machine is called, where it is the second one. */
  readonly there?: string;
  readonly edit: EditOutcome;
}

/** Files of ours that somebody edited, on both machines, and what becomes of each. */
export const editedFiles = (sides: Situations, facts: Facts): Edited[] => {
  const here = sides.app(facts).goal.desired.files;
  const { databaseBox } = facts;
  const there = databaseBox === undefined ? [] : sides.databaseBox(facts).goal.desired.files;
  return [
    ...here.flatMap(({ path, edit }) => (edit ? [{ path, edit }] : [])),
    ...there.flatMap(({ path, edit }) => (edit ? [{ path, edit, there: databaseBox?.name ?? '' }] : [])),
  ];
};

const nameOf = ({ path, there }: Edited): string => (there === undefined ? path : `${path} on ${there}`);

const BECOMES: Readonly<Record<EditOutcome['kind'], string>> = {
  kept: 'it stays as it is',
  merged: 'your changes stay, and what is new comes in',
  replaced: `it is replaced; yours stays beside it as FILE${KEPT_EDIT}DATE`,
  undecided: 'this run changes the same: --keep or --replace decides',
};

const oneLine = ({ edit, ...file }: Edited): string => {
  const both = edit.conflicts.length === 0 ? '' : ` (both changed ${edit.conflicts.join(', ')})`;
  return `Edited by hand: ${nameOf({ ...file, edit })}${both}: ${BECOMES[edit.kind]}.`;
};

const shown = (file: Edited, full: boolean): string =>
  [
    oneLine(file),
    ...fileDiff(
      { path: file.path, before: file.edit.base, after: file.edit.edited, base: file.edit.base },
      full,
    ).map((line) => `  ${line}`),
  ].join('\n');

/** Every hand edit and what becomes of it, above the plan. */
export const showEdits = (edited: readonly Edited[], full: boolean, ui: Ui): void => {
  for (const file of edited) ui.print(shown(file, full));
  if (edited.length > 0) ui.print('');
};

/** One line for each: with nothing to do they are only remembered. */
export const nameEdits = (edited: readonly Edited[], ui: Ui): void => {
  for (const file of edited) ui.note(oneLine(file));
};

const undecided = (edited: readonly Edited[]): Edited[] =>
  edited.filter(({ edit }) => edit.kind === 'undecided');

const refusal = (open: readonly Edited[]): Refusal => {
  const [first] = open;
  const short = (first?.path ?? '').slice(PATHS.root.length + 1);
  return new Refusal({
    code: 'MB-HAND-EDIT',
    what:
      open.length === 1 && first !== undefined
        ? `${nameOf(first)} was edited by hand, and this run changes the same.`
        : `${open.length} files were edited by hand, and this run changes the same.`,
    why: open
      .map((file) => {
        const { conflicts } = file.edit;
        return `${nameOf(file)}: ${conflicts.length === 0 ? 'it cannot be merged' : conflicts.join(', ')}`;
      })
      .join('\n'),
    fix: [
      `--keep ${short}: your version stays; what this run would write is then in ${PATHS.written}.`,
      `--replace ${short}: ours takes its place; yours stays beside it as FILE${KEPT_EDIT}DATE.`,
      'Without a file they decide for every file that needs it. --check --diff shows what you changed.',
    ],
    safe: 'Nothing was changed.',
  });
};

/**
 * What becomes of edits that cannot be merged: by flags, or by a person. A run that must not ask stops before anything
 * is touched; one that only looks goes on as if they were kept.
 * @throws Refusal MB-HAND-EDIT, exit code 4.
 */
export const decideEdits = async (
  edited: readonly Edited[],
  options: InitOptions,
  context: CommandContext,
): Promise<EditChoices> => {
  const open = undecided(edited);
  if (open.length === 0 || options.check || options.dryRun) return options.edits;
  if (!context.interactive || options.yes) throw refusal(open);
  const { createPrompts } = await import('../../answers/prompt.ts');
  const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
  const keep = [...options.edits.keep.paths];
  const replace = [...options.edits.replace.paths];
  for (const file of open) {
    context.ui.print(shown(file, options.diff));
    const kept = await prompts.confirm(
      `Keep your ${nameOf(file)}? No: it is replaced, and stays beside it`,
      true,
    );
    (kept ? keep : replace).push(file.path);
  }
  return {
    keep: { ...options.edits.keep, paths: keep },
    replace: { ...options.edits.replace, paths: replace },
  };
};
