import { readFileSync } from 'node:fs';
import { logOf } from '../../world/processes.ts';

const log = (): Buffer => readFileSync(logOf('names'));

/**
 * From now on: how often a machine asks where the certificate authority is. Orders cannot be told apart by machine,
 * and other tests place theirs at the same time; but nobody orders from a server without asking for its address.
 */
export const countAcmeQuestions = (ip: string): (() => number) => {
  const begun = log().length;
  return () => {
    const now = log();
    // The name server's log begins anew when it is started again.
    const since = now.length < begun ? now : now.subarray(begun);
    return since
      .toString('latin1')
      .split('\n')
      .filter((line) => line.includes('] acme-v02.api.letsencrypt.org from ') && line.endsWith(` ${ip}`))
      .length;
  };
};
