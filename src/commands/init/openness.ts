import type { Answers } from '../../answers/answers.ts';
import { parseAnswersFile } from '../../answers/file.ts';
import { resolveAnswers } from '../../answers/resolve.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import type { Openness } from '../../people/cut-off.ts';
import { PATHS } from '../../render/layout.ts';

export const opennessOf = ({ federation, federationAllow }: Answers): Openness => ({
  mode: federation,
  allowed: federationAllow,
});

/** Whom the server on a machine talks to, as the answers there say; undefined without a server. */
export const opennessNow = ({ storedAnswers }: HostFacts): Openness | undefined => {
  if (storedAnswers === '') return undefined;
  const { answers } = parseAnswersFile(storedAnswers, PATHS.answers);
  const { federation, federationAllow } = resolveAnswers({ stored: { host: answers } }).values;
  return federation === undefined ? undefined : { mode: federation, allowed: federationAllow ?? [] };
};
