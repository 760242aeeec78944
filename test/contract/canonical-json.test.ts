import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/federation/canonical.ts';
import { isObject, parseJson } from '../../src/federation/json.ts';
import { decodeBase64, verifySignature } from '../../src/federation/signature.ts';
import { goProgram, runGo } from '../support/go-program.ts';
import { generateDocuments } from '../support/json-documents.ts';
import { SigningKey } from '../unit/federation/lab/keys.ts';

const COUNT = 2000;
const DOCUMENTS = generateDocuments(20_261_125, COUNT);
/** SHA-256 of the canonical forms, one a line, as the Go library made them. */
const RECORDED = '63a8f79cc03358a1082e3d340440fb0410e215c32a996ddaafa3a4b05669ef5d';
const SEED = 'YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1';
const KEY = new SigningKey('ed25519:1', SEED);
const SIGNER = 'example.org';

interface GoResult {
  readonly canonical: string;
  readonly signed: string;
  readonly verified: boolean;
}

const program = await goProgram();
/** One process for all texts. */
async function byGo(texts: readonly string[]): Promise<readonly GoResult[] | undefined> {
  if ('missing' in program) return undefined;
  return (await runGo(
    program.path,
    'canonical',
    texts.map((text) => ({ text, seed: SEED })),
  )) as GoResult[];
}

const canonical = (text: string) => canonicalJson(parseJson(text));
const digest = (lines: readonly string[]) => createHash('sha256').update(lines.join('\n')).digest('hex');

describe('canonical JSON of generated documents', () => {
  const ours = DOCUMENTS.map(({ text }) => canonical(text));

  it('means the same as the document', () => {
    for (const [i, { value }] of DOCUMENTS.entries()) expect(JSON.parse(ours[i] ?? '')).toEqual(value);
  });

  it('is what the Go library made of them, by the record', () => {
    expect(digest(ours)).toBe(RECORDED);
  });

  it(`is what the Go library makes of them${'missing' in program ? ` (not run: ${program.missing})` : ''}`, async () => {
    const theirs = await byGo(DOCUMENTS.map(({ text }) => text));
    // Without Go the record stands for it.
    if (!theirs) expect(digest(ours)).toBe(RECORDED);
    else expect(theirs.map((one) => one.canonical)).toEqual(ours);
  });
});

/** Adds members in front, as text, so that the rest stays as it was written. */
function withMembers(text: string, members: object): string {
  const inner = JSON.stringify(members).slice(1, -1);
  return /^\{\s*\}$/.test(text) ? `{${inner}}` : `{${inner},${text.slice(1)}`;
}

function verified(text: string): boolean {
  const document = parseJson(text);
  if (!isObject(document)) return false;
  const signatures = document.get('signatures');
  const entry = isObject(signatures) ? signatures.get(SIGNER) : undefined;
  const signature = isObject(entry) ? entry.get(KEY.id) : undefined;
  const bytes = (one: unknown) => decodeBase64(String(one)) ?? new Uint8Array();
  return verifySignature(document, bytes(KEY.public), bytes(signature));
}

describe('signatures of generated documents', () => {
  const signed = DOCUMENTS.map(({ text }) =>
    withMembers(text, {
      signatures: { [SIGNER]: { [KEY.id]: KEY.sign(text) } },
      unsigned: { age_ts: 922_834_800_000 },
    }),
  );
  const forged = signed.map((text) => withMembers(text, { 'added after signing': 1 }));

  it('are good, and bad after a change', () => {
    expect(signed.filter(verified)).toHaveLength(COUNT);
    expect(forged.filter(verified)).toHaveLength(0);
  });

  it('are so to the Go library too, and its own are good here', async () => {
    const theirs = await byGo([...signed, ...forged]);
    if (!theirs) {
      // Ed25519 has one signature for a message and a key: the digest of the messages stands for it.
      expect(digest(DOCUMENTS.map(({ text }) => canonical(text)))).toBe(RECORDED);
      return;
    }
    expect(theirs.map((one) => one.verified)).toEqual([
      ...signed.map(() => true),
      ...forged.map(() => false),
    ]);
    expect(theirs.filter((one) => verified(one.signed))).toHaveLength(2 * COUNT);
  });
});

/** Where the library does not follow the appendices, "Canonical JSON": it leaves alone what has no canonical form. */
const DIFFERENT: readonly (readonly [
  what: string,
  text: string,
  ours: string | undefined,
  theirs: string,
])[] = [
  ['exponents, of which the specification has an example', '{"b":1e10}', '{"b":10000000000}', '{"b":1e10}'],
  ['decimal places', '{"a":1.0}', '{"a":1}', '{"a":1.0}'],
  ['fractions', '{"a":1.5}', undefined, '{"a":1.5}'],
  ['integers beyond 2^53', '{"a":9007199254740993}', undefined, '{"a":9007199254740993}'],
  ['names that come twice', '{"a":1,"a":2}', '{"a":2}', '{"a":1,"a":2}'],
];

describe('the Go library leaves alone', () => {
  it.each(DIFFERENT)('%s', async (_what, text, ours, theirs) => {
    if (ours === undefined) expect(() => canonical(text)).toThrow();
    else expect(canonical(text)).toBe(ours);
    const [result] = (await byGo([text])) ?? [];
    expect(result?.canonical ?? theirs).toBe(theirs);
  });
});
