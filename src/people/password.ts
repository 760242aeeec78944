import { randomInt } from 'node:crypto';

/** Looks-alike free, so that it can be read out. */
const ALPHABET = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const characters = (count: number): string =>
  Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** 20 of 57 characters are 116 bits. */
export const makePassword = (): string => characters(20);

/**
 * 16 of 57 characters are 93 bits. Synapse's own may begin with `-`, which a command line takes for a flag, and end in a
 * stop, which programs leave out of a link.
 */
export const makeInviteToken = (): string => characters(16);
