import { createHash } from 'node:crypto';

/** SHA-256 in hex over parts that cannot run into each other. */
export const hashOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
