import { createPublicKey, verify } from 'node:crypto';
import { canonicalJson, signedPart } from './canonical.ts';
import type { JsonObject } from './json.ts';

/** Bytes of standard or URL-safe base64, padded or not; undefined when the text is neither. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(bare, 'base64'));
}

/** Length of an ed25519 public key, bytes. Source: RFC 8032, section 5.1.5. */
export const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * Whether the ed25519 key `publicKey` (32 bytes) made `signature` over the canonical JSON of `document`.
 * Throws NotCanonical when the document has no canonical form.
 * Source: Matrix specification, appendices, "Checking for a Signature".
 */
export function verifySignature(document: JsonObject, publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const message = Buffer.from(canonicalJson(signedPart(document)), 'utf8');
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
}
