/** A stable code in words that hold for every case; the failure itself names hosts, files and figures. */
export interface CodeText {
  /** What it means, one sentence. */
  readonly means: string;
  /** Why it matters, or why the run stops there. */
  readonly why: string;
  /** What to do, one step a line. */
  readonly fix: readonly string[];
  /** What is untouched or still up when it is said. */
  readonly safe: string;
}

/** Before anything was changed: at the login, in what is looked at first, at a question. */
export const NOTHING = 'Nothing was changed.';
/** On a server that is there already. */
export const AS_IT_WAS = 'Nothing was changed; a server that is there runs on as it was.';
/** In a step: each is made so that a broken one can be done again. */
export const GOES_ON =
  'What was done stays done; data, keys and answers are untouched. The same command goes on from there.';
