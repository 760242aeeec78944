import { isDeepStrictEqual } from 'node:util';
import type { Answers } from '../../answers/answers.ts';
import { type AnswerInputs, resolveAnswers } from '../../answers/resolve.ts';
import { readStored, type SigningKeys } from '../../answers/store.ts';
import type { Environment } from '../../cli/context.ts';
import type { OutsideFacts } from '../../plan/facts.ts';

type Look = (answers: Answers, recordedKeys: SigningKeys) => Promise<OutsideFacts>;

/** A look from outside that began before the answers were settled. */
export interface EarlyLook {
  /** What was seen, if these turned out to be the answers that it was done for. Given once: what is seen grows old. */
  take(answers: Answers): Promise<OutsideFacts> | undefined;
}

/** Somebody may think about a question for longer than that (guess). */
const FRESH_MS = 30_000;

const NO_LOOK: EarlyLook = { take: () => undefined };

/**
 * Looks from outside while the machine is being read: a rerun usually has the answers of the last run, which the
 * operator's machine keeps. Without them, or with others in the end, nothing is lost but the look. Leaves nothing behind.
 */
export const lookEarly = async (
  inputs: AnswerInputs,
  env: Environment,
  look: Look,
  now: () => number = Date.now,
): Promise<EarlyLook> => {
  const { domain } = resolveAnswers(inputs).values;
  const stored = domain === undefined ? undefined : await readStored(domain, { env });
  if (stored === undefined) return NO_LOOK;
  const { complete } = resolveAnswers({ ...inputs, stored: { operator: stored.answers.answers } });
  if (complete === undefined) return NO_LOOK;
  const begun = now();
  let seen: Promise<OutsideFacts> | undefined = look(complete, stored.signingKeys);
  // Nobody may come for it.
  seen.catch(() => {});
  return {
    take(answers) {
      const mine = seen;
      seen = undefined;
      const fresh = now() - begun < FRESH_MS;
      return fresh && isDeepStrictEqual(answers, complete) ? mine : undefined;
    },
  };
};
