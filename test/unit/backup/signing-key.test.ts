import { describe, expect, it } from 'vitest';
import { isKnownKey, readSigningKey, secretsOf } from '../../../src/backup/signing-key.ts';

/** Matrix specification, appendices, "Cryptographic Test Vectors". */
const SEED = 'YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1';
const PUBLIC = 'XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI';

describe('readSigningKey', () => {
  it("reads Synapse's file and works out the public half", () => {
    const read = readSigningKey(`ed25519 1 ${SEED}\n`);
    expect(read).toEqual({ value: { text: `ed25519 1 ${SEED}\n`, keys: { 'ed25519:1': PUBLIC } } });
  });

  it('takes what was typed from paper: other line ends, blanks, several keys', () => {
    const read = readSigningKey(`\r\n  ed25519 1 ${SEED} \r\ned25519 a_Two ${SEED}`);
    if ('problem' in read) throw new Error(read.problem);
    expect(Object.keys(read.value.keys)).toEqual(['ed25519:1', 'ed25519:a_Two']);
    expect(read.value.text).toBe(`ed25519 1 ${SEED}\ned25519 a_Two ${SEED}\n`);
    expect(secretsOf(read.value)).toEqual([SEED, SEED]);
  });

  it.each([
    ['nothing', ''],
    ['a verify key with a date', `ed25519 1 1700000000000 ${SEED}`],
    ['a seed that is cut off', `ed25519 1 ${SEED.slice(1)}`],
    ['a good line and another', `ed25519 1 ${SEED}\nhello`],
  ])('refuses %s without repeating it', (_name, text) => {
    const read = readSigningKey(text);
    expect(read).toEqual({ problem: expect.stringContaining('holds no signing key') });
    expect(JSON.stringify(read)).not.toContain(SEED.slice(1));
  });
});

describe('isKnownKey', () => {
  const known = { 'ed25519:1': PUBLIC };
  it.each([
    [{ 'ed25519:1': PUBLIC }, known, true],
    [{ 'ed25519:1': SEED }, known, false],
    [{ 'ed25519:2': PUBLIC }, known, false],
    [{ 'ed25519:2': PUBLIC }, {}, true],
    [{ 'ed25519:2': SEED, 'ed25519:1': PUBLIC }, known, true],
  ])('%#', (given, recorded, expected) => {
    expect(isKnownKey(given, recorded)).toBe(expected);
  });
});
