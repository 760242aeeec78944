import type { Known } from '../answers/question.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import { readStored } from '../answers/store.ts';
import type { Environment } from '../cli/context.ts';

/** What the operator's copy of the answers says of a server, as far as it goes; empty where there is none. */
export const knownAnswers = async (domain: string, env: Environment): Promise<Known> => {
  const stored = await readStored(domain, { env });
  return stored === undefined ? {} : resolveAnswers({ stored: { operator: stored.answers.answers } }).values;
};
