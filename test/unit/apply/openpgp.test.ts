import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { primaryFingerprints } from '../../../src/apply/openpgp.ts';

const key = (name: string): Buffer => readFileSync(new URL(`./keys/${name}`, import.meta.url));

// The fingerprints are GnuPG's own: gpg --show-keys --with-colons FILE
const RSA = '6B6B31DDE8A463575FDE6A3095AD1702FBB10F66';
const ED25519 = '6D012D14C9EB8331DA7D0369E4C7C4FEB0728B8E';

describe('primaryFingerprints', () => {
  it('agrees with GnuPG on an armoured key', () => {
    expect(primaryFingerprints(key('rsa.asc'))).toEqual([RSA]);
  });
  it('agrees with GnuPG on a binary key', () => {
    expect(primaryFingerprints(Buffer.from(key('rsa.gpg.b64').toString(), 'base64'))).toEqual([RSA]);
  });
  it('sees every key of a file, so that a second one cannot ride along', () => {
    expect(primaryFingerprints(key('two.asc'))).toEqual([RSA, ED25519]);
    const joined = Buffer.concat([key('rsa.asc'), Buffer.from('\n'), key('two.asc')]);
    expect(primaryFingerprints(joined)).toEqual([RSA, RSA, ED25519]);
  });
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a web page', Buffer.from('<html>captive portal</html>')],
    ['a cut key', Buffer.from(key('rsa.gpg.b64').toString(), 'base64').subarray(0, 100)],
  ])('refuses %s', (_name, file) => {
    expect(() => primaryFingerprints(file)).toThrow();
  });
});
