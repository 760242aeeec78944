import { readFileSync } from 'node:fs';
import { logOf } from '../../world/processes.ts';

/**
 * How often a machine has asked where the certificate authority is. Orders cannot be told apart by machine, and
 * other tests place theirs at the same time; but nobody orders from a server without asking for its address.
 */
export const acmeQuestionsOf = (ip: string): number =>
  readFileSync(logOf('names'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('] acme-v02.api.letsencrypt.org from ') && line.endsWith(` ${ip}`))
    .length;
