import type { Answers } from '../answers/answers.ts';
import type { Release } from '../releases/release.ts';
import type { DatabasePlace } from '../render/database-place.ts';
import type { Desired } from '../render/desired.ts';
import type { Budget } from '../sizing/budget.ts';

/** What the operator has said for this run alone. */
export interface Consent {
  /** Ids of breaking changes that were acknowledged. */
  readonly accepted: readonly string[];
  /** `--no-backup` */
  readonly withoutBackup: boolean;
  /** Public halves, by id, of the key of `--signing-key-file`, which a server without its key gets. */
  readonly signingKey?: Readonly<Record<string, string>>;
}

export const NOTHING_SAID: Consent = { accepted: [], withoutBackup: false };

/** Everything that the steps compare the facts with. */
export interface Goal {
  readonly answers: Answers;
  readonly release: Release;
  readonly budget: Budget;
  readonly desired: Desired;
  readonly database: DatabasePlace;
  /** Whether we publish the well-known files on the domain itself. */
  readonly apexHere: boolean;
  readonly consent: Consent;
}
