import { type EditChoices, type HandEdits, NO_CHOICES, settle } from '../edits/hand-edits.ts';
import type { RenderedFile } from './desired.ts';

/** What somebody changed by hand on the machine, and what was decided about it. */
export interface Edits {
  readonly handEdits?: HandEdits;
  readonly choices?: EditChoices;
}

/** A rendered file as it ought to be on a machine whose files somebody may have edited. */
export const settled = (
  file: RenderedFile,
  { handEdits = {}, choices = NO_CHOICES }: Edits,
  adjust: (content: string) => string = (same) => same,
): RenderedFile => {
  const { content: raw, edit } = settle(file.path, file.content, handEdits[file.path], choices);
  if (edit === undefined) return file;
  if (edit.kind === 'replaced') return { ...file, edit };
  return { ...file, content: adjust(raw), rendered: file.content, edit };
};
