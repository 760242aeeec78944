import {
  hostKeyChanged,
  hostKeyDeclined,
  hostKeyMismatch,
  hostKeyRevoked,
  hostKeyUnknown,
} from './host-key-failures.ts';
import type { KnownHost } from './known-hosts.ts';
import { bareName, fingerprint, judgeKey, keyType, linesFor } from './known-hosts.ts';

/** A host key: the type that its blob names, and the blob as base64. */
export interface HostKey {
  readonly type: string;
  readonly key: string;
}

/** What a person is shown at first contact. */
export interface KeyQuestion {
  readonly host: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
  readonly type: string;
}

export interface TrustOptions {
  /** How the host is called in messages. */
  readonly host: string;
  /** How it is called in known_hosts. */
  readonly name: string;
  readonly known: readonly KnownHost[];
  /** `SHA256:…` that was given: no other key is good enough, known or not. */
  readonly pin?: string | undefined;
  /**
   * Asks the server for a key, of one family or of its own choice, and hangs up before anything is
   * said about who we are. Undefined when it has none of that family.
   */
  readonly fetchKey: (family?: KeyFamily) => Promise<HostKey | undefined>;
  /** Absent when nobody can be asked. */
  readonly confirm?: ((question: KeyQuestion) => Promise<boolean>) | undefined;
  /** Writes an accepted key down. */
  readonly remember: (key: HostKey) => Promise<void>;
}

/** Host key algorithms that one kind of key can sign with, as SSH names them. */
export const FAMILIES = {
  ed25519: ['ssh-ed25519'],
  ecdsa: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  rsa: ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;
export type KeyFamily = keyof typeof FAMILIES;

/**
 * Decides which host keys are good, before anything else happens. Whoever connects then accepts these
 * and no other: so a key is looked at, asked about and written down on a connection of its own, no prompt
 * keeps a handshake waiting, and both transports obey the same rules.
 * @throws Refusal MB-SSH-HOSTKEY-…
 */
export async function establishTrust(options: TrustOptions): Promise<HostKey[]> {
  const good = knownKeys(options.known, options.name);
  if (options.pin !== undefined) return [await pinned(options, options.pin, good)];
  if (good.length > 0) return good;
  const key = await options.fetchKey();
  // A server of which no family is known cannot be judged: the connection that follows will say why.
  if (key === undefined) return [];
  if (judge(options, key) === 'known') return [key];
  const question = shown(options.host, key);
  if (options.confirm === undefined) throw hostKeyUnknown(options.host, question);
  if (!(await options.confirm(question))) throw hostKeyDeclined(options.host, question);
  await options.remember(key);
  return [key];
}

/** Keys by which a host is known and that nobody revoked. */
function knownKeys(known: readonly KnownHost[], name: string): HostKey[] {
  const own = linesFor(known, name);
  const plain = own.filter((line) => line.marker === undefined);
  const revoked = [...own, ...linesFor(known, bareName(name))].filter((line) => line.marker === 'revoked');
  return plain
    .filter((line) => !revoked.some(({ key }) => key === line.key))
    .map(({ type, key }) => ({ type, key }));
}

async function pinned(options: TrustOptions, pin: string, good: readonly HostKey[]): Promise<HostKey> {
  const known = good.find(({ key }) => fingerprint(key) === pin);
  if (known !== undefined) return known;
  const seen: HostKey[] = [];
  // A server shows one key at a time: the one that was given may be of another family than its first.
  for (const family of [undefined, ...(Object.keys(FAMILIES) as KeyFamily[])]) {
    const key = await options.fetchKey(family);
    if (key === undefined || seen.some((other) => other.key === key.key)) continue;
    seen.push(key);
    if (fingerprint(key.key) !== pin) continue;
    if (judge(options, key) === 'unknown') await options.remember(key);
    return key;
  }
  throw hostKeyMismatch(
    options.host,
    pin,
    seen.map((key) => shown(options.host, key)),
  );
}

function judge(options: Pick<TrustOptions, 'host' | 'name' | 'known'>, key: HostKey): 'known' | 'unknown' {
  const verdict = judgeKey(options.known, options.name, key.key, key.type);
  if (verdict.kind === 'revoked') throw hostKeyRevoked(options.host, shown(options.host, key), verdict.at);
  if (verdict.kind === 'changed') {
    throw hostKeyChanged(options.host, options.name, shown(options.host, key), verdict.at);
  }
  return verdict.kind;
}

/**
 * Why a key that was shown is none of the good ones.
 * @param good the keys that would have been.
 */
export function refuseKey(
  options: Pick<TrustOptions, 'host' | 'name' | 'known' | 'pin'>,
  key: HostKey,
  good: readonly HostKey[],
): never {
  const question = shown(options.host, key);
  if (options.pin !== undefined) throw hostKeyMismatch(options.host, options.pin, [question]);
  judge(options, key);
  // Unknown to the files and yet not the one that was accepted: it was exchanged just now.
  const before = good.map((other) => fingerprint(other.key)).join(', ');
  throw hostKeyMismatch(options.host, before, [question]);
}

export function shown(host: string, key: HostKey): KeyQuestion {
  return { host, fingerprint: fingerprint(key.key), type: key.type };
}

export function hostKey(blob: Buffer): HostKey {
  return { type: keyType(blob), key: blob.toString('base64') };
}

/** The algorithms to offer for keys of these types, in this order; OpenSSH puts known keys first, too. */
export function algorithmsFor(keys: readonly HostKey[]): string[] {
  return [...new Set(keys.flatMap(({ type }) => (type === 'ssh-rsa' ? [...FAMILIES.rsa] : [type])))];
}
