import { NotCanonical } from '../canonical.ts';
import type { OwnServer } from '../evidence.ts';
import { isObject, type Json, JsonNumber, type JsonObject } from '../json.ts';
import { decodeBase64, KEY_BYTES, verifySignature } from '../signature.ts';
import type { Findings } from './findings.ts';

const HOUR = 3_600_000;
/** Dendrite's keys are valid for seven days to the millisecond, counted by its own clock: hence an hour of grace. */
const WEEK = 7 * 24 * HOUR;
/** Long enough for every real server; each key costs a signature. */
const MAX_KEYS = 50;

/** Keys whose private half everybody can read. Source: Matrix specification, appendices, "Cryptographic Test Vectors". */
const PUBLISHED = new Set(['XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI']);

interface KeysCase {
  readonly where: string;
  readonly serverName: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly own?: OwnServer;
}

/** The key document: name, dates, keys and the signatures that they made. */
export function judgeKeys(document: JsonObject, about: KeysCase, out: Findings): void {
  const { where, serverName } = about;
  const name = document.get('server_name');
  if (name !== serverName) {
    const seen = typeof name === 'string' ? name : 'no server_name';
    out.add('MB-FED-022', {
      where,
      seen: `it calls itself ${seen}`,
      fix: [
        `If ${seen} is the name that you meant: check ${seen}, there is nothing wrong with the server`,
        `If it should be ${serverName}: the name of a homeserver cannot be changed later; install it anew with server_name ${serverName}`,
      ],
    });
  }
  judgeDates(document.get('valid_until_ts'), about, out);
  const keys = object(document.get('verify_keys'));
  const usable = usableKeys(keys, where, out);
  if (usable.size === 0) {
    out.add('MB-FED-126', {
      where,
      seen: `${keys.size} keys, none of them ed25519 with 32 bytes`,
      fix: ['Let the homeserver generate its signing key again, or restore it from a backup'],
    });
  }
  judgeSignatures(document, usable, about, out);
  const old = object(document.get('old_verify_keys'));
  judgeReadable(new Map([...keys, ...old]), old, where, out);
  judgeLists(usable, old, about, out);
}

function judgeDates(until: Json | undefined, { where, now }: KeysCase, out: Findings): void {
  const integer = until instanceof JsonNumber && /^\d+$/.test(until.lexeme);
  const left = integer ? Number(until.lexeme) - now : Number.NaN;
  const restart = ['Restart the homeserver and compare its clock'];
  if (Number.isNaN(left))
    out.add('MB-FED-123', { where, seen: 'no valid_until_ts that is an integer', fix: restart });
  else if (left <= 0)
    out.add('MB-FED-123', { where, seen: `${minutes(-left)} minutes in the past`, fix: restart });
  else if (left < HOUR) out.add('MB-FED-124', { where, seen: `${minutes(left)} minutes left`, fix: restart });
  else if (left > WEEK + HOUR) {
    out.add('MB-FED-125', {
      where,
      seen: `${Math.floor(left / 24 / HOUR)} days`,
      fix: ['Synapse: key_refresh_interval: 1d'],
    });
  }
}

function minutes(ms: number): number {
  return Math.floor(ms / 60_000);
}

/** Key id → public key, for the ed25519 keys of the right length. */
function usableKeys(keys: JsonObject, where: string, out: Findings): Map<string, Uint8Array> {
  const usable = new Map<string, Uint8Array>();
  for (const [id, value] of [...keys].slice(0, MAX_KEYS)) {
    if (!id.startsWith('ed25519:')) continue;
    const text = keyText(value);
    const bytes = text === undefined ? undefined : decodeBase64(text);
    if (bytes?.length === KEY_BYTES) usable.set(id, bytes);
    else
      out.add('MB-FED-126', {
        where,
        seen: `${id} is not a key of ${KEY_BYTES} bytes`,
        fix: ['Restore the signing key from a backup'],
      });
    if (!/^ed25519:[a-zA-Z0-9_]+$/.test(id)) {
      out.add('MB-FED-127', {
        where,
        seen: id,
        fix: ['Rotate to a key whose name has letters, digits and underscores only'],
      });
    }
  }
  return usable;
}

/** Keys that readers decode although they do not use them: old ones, and those of other algorithms. */
function judgeReadable(keys: JsonObject, old: JsonObject, where: string, out: Findings): void {
  for (const [id, value] of [...keys].slice(0, 2 * MAX_KEYS)) {
    const ed25519 = id.startsWith('ed25519:');
    // A current ed25519 key has been looked at already.
    if (ed25519 && !old.has(id)) continue;
    const text = keyText(value);
    const bytes = text === undefined ? undefined : decodeBase64(text);
    const fix = [`Restore ${id} from a backup, or leave it out`];
    if (!bytes) out.add('MB-FED-134', { where, seen: id, fix });
    else if (ed25519 && bytes.length !== KEY_BYTES)
      out.add('MB-FED-137', { where, seen: `${id} has ${bytes.length} bytes`, fix });
  }
}

function judgeSignatures(
  document: JsonObject,
  keys: ReadonlyMap<string, Uint8Array>,
  about: KeysCase,
  out: Findings,
): void {
  // Signed by the name that the document gives: a wrong name is a finding of its own, not a wrong signature too.
  const name = document.get('server_name');
  const signatures = object(
    object(document.get('signatures')).get(typeof name === 'string' ? name : about.serverName),
  );
  for (const [id, key] of keys) {
    const text = signatures.get(id);
    const signature = typeof text === 'string' ? decodeBase64(text) : undefined;
    try {
      if (signature && verifySignature(document, key, signature)) continue;
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      out.add('MB-FED-131', {
        where: about.where,
        seen: error.message,
        fix: ['Let nothing between the homeserver and the network rewrite JSON'],
      });
      return;
    }
    out.add('MB-FED-128', {
      where: about.where,
      seen: signature ? `the signature of ${id} is wrong` : `no signature of ${id}`,
      fix: [
        'Let nothing between the homeserver and the network rewrite JSON',
        'Otherwise restore the signing key from a backup',
      ],
    });
  }
}

function judgeLists(
  keys: ReadonlyMap<string, Uint8Array>,
  old: JsonObject,
  about: KeysCase,
  out: Findings,
): void {
  const { where, own } = about;
  for (const [id, key] of keys) {
    const text = unpadded(key);
    if (old.has(id)) out.add('MB-FED-129', { where, seen: id, fix: [`Remove ${id} from old_signing_keys`] });
    if (PUBLISHED.has(text))
      out.add('MB-FED-130', { where, seen: `${id} ${text}`, fix: ['Rotate the signing key at once'] });
  }
  for (const [id, recorded] of Object.entries(own?.keys ?? {})) {
    const now = keys.get(id);
    const before = keyText(old.get(id));
    if ((now && unpadded(now) === recorded) || before?.replace(/=+$/, '') === recorded) continue;
    out.add('MB-FED-023', {
      where,
      seen: now ? `${id} has changed` : `${id} is gone`,
      fix: [
        'Restore the old signing key from the backup',
        'Or name its public half in old_signing_keys, so that what it signed stays valid',
      ],
    });
  }
}

function keyText(value: Json | undefined): string | undefined {
  const text = object(value).get('key');
  return typeof text === 'string' ? text : undefined;
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : new Map();
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
