import { isYamlMap, mergeYaml } from './merge-yaml.ts';

/** A file that differs from what this program last wrote. */
export interface HandEdit {
  /** As it was last written by this program. */
  readonly base: string;
  /** As it is on the machine. */
  readonly edited: string;
}

/** By absolute path. */
export type HandEdits = Readonly<Record<string, HandEdit>>;

/** Files for which somebody decided; `all` decides for those that need it and have no word of their own. */
interface Choice {
  readonly all: boolean;
  /** Absolute paths. */
  readonly paths: readonly string[];
}

/** What becomes of edits that cannot be merged. */
export interface EditChoices {
  readonly keep: Choice;
  readonly replace: Choice;
}

const NOBODY: Choice = { all: false, paths: [] };
export const NO_CHOICES: EditChoices = { keep: NOBODY, replace: NOBODY };

/** What becomes of a hand edit. */
export interface EditOutcome extends HandEdit {
  /**
   * `kept`: the file stays as it is. `merged`: the edit stays, and what is new comes in. `replaced`: this program's
   * text takes its place. `undecided`: both changed the same, and nobody said what to do; meanwhile it is kept.
   */
  readonly kind: 'kept' | 'merged' | 'replaced' | 'undecided';
  /** Keys that both changed; empty for files that are not merged by keys. */
  readonly conflicts: readonly string[];
}

interface Settled {
  /** What ought to be on the machine. */
  readonly content: string;
  readonly edit?: EditOutcome;
}

const isYaml = (path: string): boolean => path.endsWith('.yaml') || path.endsWith('/log.config');

/** Three ways: as last written, as on the machine, as rendered now. Without a hand edit what is rendered ought to be. */
export const settle = (
  path: string,
  rendered: string,
  edit: HandEdit | undefined,
  { keep, replace }: EditChoices,
): Settled => {
  if (edit === undefined || edit.edited === rendered) return { content: rendered };
  const outcome = (
    kind: EditOutcome['kind'],
    content: string,
    conflicts: readonly string[] = [],
  ): Settled => ({
    content,
    edit: { ...edit, kind, conflicts },
  });
  if (replace.paths.includes(path)) return outcome('replaced', rendered);

  const decided = (content: string, conflicts: readonly string[] = []): Settled => {
    if (keep.paths.includes(path)) return outcome('kept', content, conflicts);
    if (replace.all) return outcome('replaced', rendered, conflicts);
    return outcome(keep.all ? 'kept' : 'undecided', content, conflicts);
  };
  if (!isYaml(path)) return edit.base === rendered ? outcome('kept', edit.edited) : decided(edit.edited);
  if (!isYamlMap(edit.edited)) return decided(edit.edited);
  if (edit.base === rendered) return outcome('kept', edit.edited);
  const merged = mergeYaml({ ...edit, rendered });
  if (merged === undefined) return decided(edit.edited);
  if (merged.conflicts.length > 0) return decided(merged.text, merged.conflicts);
  return outcome(merged.text === edit.edited ? 'kept' : 'merged', merged.text);
};
