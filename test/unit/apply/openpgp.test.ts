import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readKeyFile } from '../../../src/apply/openpgp.ts';

const key = (name: string): Buffer => readFileSync(new URL(`./keys/${name}`, import.meta.url));

// The fingerprints are GnuPG's own: gpg --show-keys --with-colons FILE
const RSA = '6B6B31DDE8A463575FDE6A3095AD1702FBB10F66';
const ED25519 = '6D012D14C9EB8331DA7D0369E4C7C4FEB0728B8E';

const fingerprints = (file: Uint8Array) => readKeyFile(file).fingerprints;
const binary = () => Buffer.from(key('rsa.gpg.b64').toString(), 'base64');

describe('readKeyFile', () => {
  it('agrees with GnuPG on an armoured key', () => {
    expect(fingerprints(key('rsa.asc'))).toEqual([RSA]);
  });
  it('agrees with GnuPG on a binary key', () => {
    expect(fingerprints(binary())).toEqual([RSA]);
  });
  it('hands over the very packets that were judged', () => {
    expect(readKeyFile(key('rsa.asc')).packets).toEqual(binary());
    expect(readKeyFile(Buffer.from(key('rsa.asc').toString().replaceAll('\n', '\r\n'))).packets).toEqual(
      binary(),
    );
  });
  it('sees every key of a file, so that a second one cannot ride along', () => {
    expect(fingerprints(key('two.asc'))).toEqual([RSA, ED25519]);
  });

  const armoured = () => key('rsa.asc').toString();
  // apt and sqv also read a key in another kind of armour before the expected one.
  const asMessage = () => key('two.asc').toString().replaceAll('PUBLIC KEY BLOCK', 'MESSAGE');
  it.each<[string, () => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['a web page', () => Buffer.from('<html>captive portal</html>')],
    ['a cut key', () => binary().subarray(0, 100)],
    ['a key behind another armour', () => Buffer.from(`${asMessage()}\n${armoured()}`)],
    ['two armoured blocks', () => Buffer.from(`${armoured()}\n${key('two.asc')}`)],
    ['text before the armour', () => Buffer.from(`hello\n${armoured()}`)],
    ['text after the armour', () => Buffer.from(`${armoured()}hello\n`)],
    ['binary before the armour', () => Buffer.concat([binary(), key('rsa.asc')])],
    ['base64 that others read otherwise', () => Buffer.from(armoured().replace(/\n\n(.{4})/, '\n\n$1='))],
    ['a packet that is no part of a key', () => Buffer.concat([binary(), Buffer.from([0xcb, 1, 0])])],
    ['a signature before the key', () => Buffer.concat([Buffer.from([0xc2, 1, 4]), binary()])],
  ])('refuses %s', (_name, file) => {
    expect(() => readKeyFile(file())).toThrow();
  });
});
