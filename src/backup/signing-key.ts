import { createPrivateKey, createPublicKey } from 'node:crypto';

/** Key id → public key in unpadded base64: `ed25519:a_AbCd` → `XGX0…`. */
type PublicHalves = Readonly<Record<string, string>>;

/** A signing key as Synapse keeps it, with what of it may be shown. */
export interface SigningKeyFile {
  /** The whole file, with a line end. Secret. */
  readonly text: string;
  readonly keys: PublicHalves;
}

/** `ed25519 VERSION SEED`, a line for each key; the seed is 32 bytes in unpadded base64. Source: signedjson, key.py. */
const LINE = /^ed25519 ([A-Za-z0-9_]+) ([A-Za-z0-9+/]{43})$/;

/** Before the seed of an ed25519 private key in PKCS #8. Source: RFC 8410, section 7. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const publicHalf = (seed: string): string => {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(seed, 'base64')]);
  const { x = '' } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
    format: 'jwk',
  });
  return Buffer.from(x, 'base64url').toString('base64').replace(/=+$/, '');
};

/** Reads a signing key file. Pure. @returns a phrase that follows the file's name when it is none; never its content */
export const readSigningKey = (
  text: string,
): { readonly value: SigningKeyFile } | { readonly problem: string } => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const found = lines.map((line) => LINE.exec(line.trim()));
  if (found.length === 0 || found.some((line) => line === null))
    return { problem: 'holds no signing key: a line such as "ed25519 a_AbCd" and 43 characters' };
  const keys = found.flatMap((line) => (line ? [[`ed25519:${line[1]}`, publicHalf(line[2] ?? '')]] : []));
  return {
    value: {
      text: `${lines.map((line) => line.trim()).join('\n')}\n`,
      keys: Object.fromEntries(keys) as PublicHalves,
    },
  };
};

/** Whether a key is one of those that a server is known by; where none are known it may be. Pure. */
export const isKnownKey = (given: PublicHalves, known: PublicHalves): boolean =>
  Object.keys(known).length === 0 || Object.entries(given).some(([id, key]) => known[id] === key);

/** The seeds, which are what must not be shown. */
export const secretsOf = ({ text }: SigningKeyFile): string[] =>
  text.split('\n').flatMap((line) => LINE.exec(line)?.[2] ?? []);
