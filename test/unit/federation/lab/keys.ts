import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { canonicalJson, signedPart } from '../../../../src/federation/canonical.ts';
import { isObject, parseJson } from '../../../../src/federation/json.ts';

/** A signing key from its 32-byte seed in base64. */
export class SigningKey {
  readonly id: string;
  readonly #key: KeyObject;

  constructor(id: string, seed: string) {
    this.id = id;
    // RFC 8410, section 7: the PKCS#8 wrapping of an ed25519 seed.
    const der = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(seed, 'base64'),
    ]);
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }

  get public(): string {
    const { x } = createPublicKey(this.#key).export({ format: 'jwk' });
    return Buffer.from(x ?? '', 'base64url')
      .toString('base64')
      .replace(/=+$/, '');
  }

  /** Signature over the text's canonical form, unpadded base64. */
  sign(text: string): string {
    const document = parseJson(text);
    if (!isObject(document)) throw new Error('not an object');
    const message = Buffer.from(canonicalJson(signedPart(document)));
    return sign(null, message, this.#key).toString('base64').replace(/=+$/, '');
  }
}

export const KEY = new SigningKey('ed25519:a_Lab1', 'bGFiLWtleS1vZi10aGUtZmVkZXJhdGlvbi10ZXN0czE');

export interface KeyDocument {
  readonly serverName: string;
  readonly key?: SigningKey;
  readonly validUntil?: number;
  /** Members added before signing. */
  readonly more?: Record<string, unknown>;
  /** Members added after signing, or replaced. */
  readonly after?: Record<string, unknown>;
}

/** A signed `/_matrix/key/v2/server` document as text. */
export function keyDocument({ serverName, key = KEY, validUntil, more, after }: KeyDocument): string {
  const document = {
    server_name: serverName,
    valid_until_ts: validUntil ?? Date.now() + 86_400_000,
    verify_keys: { [key.id]: { key: key.public } },
    old_verify_keys: {},
    ...more,
  };
  const signatures = { [serverName]: { [key.id]: key.sign(JSON.stringify(document)) } };
  return JSON.stringify({ ...document, signatures, ...after });
}
