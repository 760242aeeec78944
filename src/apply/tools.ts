import type { FailureText } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Goal } from '../plan/goal.ts';
import type { Operator } from './operator.ts';

/** What carrying out a change needs; made anew for each step. */
export interface Tools {
  readonly host: Host;
  readonly goal: Goal;
  readonly operator: Operator;
  /** The password of a database elsewhere; undefined when this run does not know it. */
  readonly databasePassword: () => Promise<string | undefined>;
  /** The text of the key of `--signing-key-file`; undefined without one. */
  readonly signingKey?: string;
  /** Of this program. */
  readonly version: string;
  /** Texts of templates/scripts by file name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Shows what is going on right now: the line under the running step. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What work needs that is not about a goal. */
export type Hands = Pick<Tools, 'host' | 'scripts' | 'progress' | 'signal'>;

/**
 * `done`, or something that only somebody else can finish (a website, the DNS): the run goes on, and says so
 * at its end.
 */
export type Outcome = 'done' | { readonly pending: FailureText };
