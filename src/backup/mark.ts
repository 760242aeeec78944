/** What the machine keeps about a restoration: which backup, by its bytes. */
export interface RestoreMark {
  readonly state: 'pending' | 'done';
  readonly sha256: string;
  /** Path of the backup on the machine. */
  readonly file: string;
}

export const markText = ({ state, sha256, file }: RestoreMark): string => `${state} ${sha256} ${file}`;

/** Understands `state/restore`; undefined when nothing was ever restored there. */
export const readMark = (text: string): RestoreMark | undefined => {
  const [, state, sha256, file] = /^(pending|done) ([0-9a-f]{64}) (\/.+)$/.exec(text.trim()) ?? [];
  if (state === undefined || sha256 === undefined || file === undefined) return undefined;
  return { state: state as RestoreMark['state'], sha256, file };
};

/** The backup whose data are not in place yet: then no empty database may be made. */
export const pendingRestore = (text: string): Pick<RestoreMark, 'sha256' | 'file'> | undefined => {
  const mark = readMark(text);
  return mark?.state === 'pending' ? { sha256: mark.sha256, file: mark.file } : undefined;
};
