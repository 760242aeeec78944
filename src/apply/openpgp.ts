import { createHash } from 'node:crypto';

/**
 * Fingerprints of the primary keys of an OpenPGP key file, armoured or binary. Only what pinning needs:
 * RFC 9580 section 4.2 (packet headers) and section 5.5.4.2 (version 4 fingerprint: SHA-1 over 0x99,
 * two octets of length, and the packet's body). Subkeys (type 14) are bound by their primary key, which apt
 * verifies. Throws on anything that is not a key file.
 */
export const primaryFingerprints = (file: Uint8Array): string[] => {
  const bytes = unarmour(file);
  const fingerprints: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { type, body, end } = packetAt(bytes, at);
    if (type === PUBLIC_KEY) {
      if (body[0] !== 4) throw new Error(`key version ${body[0]} is not supported`);
      const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
      fingerprints.push(createHash('sha1').update(head).update(body).digest('hex').toUpperCase());
    }
    at = end;
  }
  if (fingerprints.length === 0) throw new Error('there is no public key in it');
  return fingerprints;
};

const PUBLIC_KEY = 6;

const unarmour = (file: Uint8Array): Buffer => {
  const text = Buffer.from(file).toString('latin1');
  const blocks = [
    ...text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/g),
  ];
  if (blocks.length === 0) return Buffer.from(file);
  return Buffer.concat(
    blocks.map((block) => {
      // Headers end at the first empty line; the last line that begins with `=` is the checksum.
      const body = (block[1] ?? '').replace(/\r/g, '').replace(/^[\s\S]*?\n\n/, '');
      return Buffer.from(body.replace(/\n=[^\n]*\n*$/, ''), 'base64');
    }),
  );
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
  if (first === 255) return [type, bytes.readUInt32BE(at + 2), at + 6];
  throw new Error('it has a packet of unknown length');
};

const oldHeader = (bytes: Buffer, at: number): Header => {
  const header = bytes[at] ?? 0;
  const type = (header >> 2) & 0x0f;
  switch (header & 3) {
    case 0:
      return [type, bytes.readUInt8(at + 1), at + 2];
    case 1:
      return [type, bytes.readUInt16BE(at + 1), at + 3];
    case 2:
      return [type, bytes.readUInt32BE(at + 1), at + 5];
    default:
      throw new Error('it has a packet of unknown length');
  }
};
