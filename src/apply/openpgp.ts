import { createHash } from 'node:crypto';

/** What an OpenPGP key file holds. */
export interface KeyFile {
  /** Of each primary key, 40 upper-case hex digits. */
  readonly fingerprints: readonly string[];
  /** The packets that were read, and nothing else: what is installed is what was judged. */
  readonly packets: Buffer;
}

/**
 * Reads an OpenPGP key file, armoured or binary. Only what pinning needs: RFC 9580 section 4.2 (packet headers),
 * section 6.2 (armour) and section 5.5.4.2 (version 4 fingerprint: SHA-1 over 0x99, two octets of length, and the
 * packet's body). Subkeys are bound by their primary key, which apt verifies.
 *
 * Strict, because apt's verifiers are not: they also read a key that stands in another kind of armour before the
 * expected one. The whole file has to be one armoured block or packets, and nothing but packets of a key.
 * @throws Error with a plain message on anything else.
 */
export const readKeyFile = (file: Uint8Array): KeyFile => {
  const packets = unarmour(file);
  const fingerprints: string[] = [];
  for (let at = 0; at < packets.length; ) {
    const { type, body, end } = packetAt(packets, at);
    if (at === 0 && type !== PUBLIC_KEY) throw new Error('it does not begin with a public key');
    if (!OF_A_KEY.has(type)) throw new Error(`it holds more than keys (a packet of type ${type})`);
    if (type === PUBLIC_KEY) fingerprints.push(fingerprintOf(body));
    at = end;
  }
  if (fingerprints.length === 0) throw new Error('there is no public key in it');
  return { fingerprints, packets };
};

const PUBLIC_KEY = 6;
/** Signature, public key, user id, public subkey, user attribute (RFC 9580 section 5). */
const OF_A_KEY: ReadonlySet<number> = new Set([2, PUBLIC_KEY, 13, 14, 17]);

const fingerprintOf = (body: Buffer): string => {
  if (body[0] !== 4) throw new Error(`key version ${body[0]} is not supported`);
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
};

const ARMOUR =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\n((?:[A-Za-z]+: [^\n]*\n)*)\n([A-Za-z0-9+/=\n]+)-----END PGP PUBLIC KEY BLOCK-----$/;

const unarmour = (file: Uint8Array): Buffer => {
  const text = Buffer.from(file).toString('latin1');
  if (!text.includes('-----BEGIN')) return Buffer.from(file);
  const [, , body] = ARMOUR.exec(text.replace(/\r\n/g, '\n').trim()) ?? [];
  if (body === undefined) throw new Error('it is not one armoured public key block and nothing else');
  const lines = body.split('\n').filter((line) => line !== '');
  // The checksum is optional; apt's verifiers ignore it.
  if (lines.at(-1)?.startsWith('=')) lines.pop();
  const base64 = lines.join('');
  const decoded = Buffer.from(base64, 'base64');
  // Node skips what it does not understand; anything skipped would be read otherwise elsewhere.
  if (decoded.toString('base64') !== base64) throw new Error('its base64 is damaged');
  return decoded;
};

const packetAt = (bytes: Buffer, at: number): { type: number; body: Buffer; end: number } => {
  const header = bytes[at] ?? 0;
  if ((header & 0x80) === 0) throw new Error('it is not an OpenPGP file');
  const [type, length, start] = (header & 0x40) !== 0 ? newHeader(bytes, at) : oldHeader(bytes, at);
  const end = start + length;
  if (end > bytes.length) throw new Error('it ends in the middle of a packet');
  return { type, body: bytes.subarray(start, end), end };
};

type Header = readonly [type: number, length: number, start: number];

const newHeader = (bytes: Buffer, at: number): Header => {
  const type = (bytes[at] ?? 0) & 0x3f;
  const first = bytes[at + 1] ?? 0;
  if (first < 192) return [type, first, at + 2];
  if (first < 224) return [type, ((first - 192) << 8) + (bytes[at + 2] ?? 0) + 192, at + 3];
  if (first === 255) return [type, lengthAt(bytes, at + 2, 4), at + 6];
  throw new Error('it has a packet of unknown length');
};

const oldHeader = (bytes: Buffer, at: number): Header => {
  const header = bytes[at] ?? 0;
  const octets = [1, 2, 4][header & 3];
  if (octets === undefined) throw new Error('it has a packet of unknown length');
  return [(header >> 2) & 0x0f, lengthAt(bytes, at + 1, octets), at + 1 + octets];
};

const lengthAt = (bytes: Buffer, at: number, octets: number): number => {
  if (at + octets > bytes.length) throw new Error('it ends in the middle of a packet');
  return bytes.readUIntBE(at, octets);
};
