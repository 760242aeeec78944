import { createHash, createHmac, randomBytes } from 'node:crypto';

/** One line of a known_hosts file that means something (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHost {
  readonly marker?: 'revoked' | 'cert-authority';
  /** The host patterns as written: comma list with wildcards and negation, or one hash. */
  readonly hosts: string;
  /** Key type as written, for example `ssh-ed25519`. */
  readonly type: string;
  /** The key blob, base64. */
  readonly key: string;
  /** `FILE:LINE`, for messages. */
  readonly at: string;
}

/** What the known_hosts say of a key that a server shows. */
export type KeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly at: readonly string[] }
  | { readonly kind: 'revoked'; readonly at: string };

/** Lines that cannot be read are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((line, index): KnownHost[] => {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#')) return [];
    const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return [];
    const [hosts, type, key] = words;
    if (hosts === undefined || type === undefined || key === undefined) return [];
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return [];
    return [{ ...(marker === undefined ? {} : { marker }), hosts, type, key, at: `${file}:${index + 1}` }];
  });
}

/** The name under which a host stands in known_hosts: lower case, `[host]:port` unless the port is 22. */
export function knownHostName(host: string, port: number): string {
  const lower = host.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

/** Whether a line is about this name. A negated pattern that matches wins over all others. */
export function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    if (pattern.startsWith('!')) {
      if (wildcard(pattern.slice(1)).test(name)) return false;
    } else if (wildcard(pattern).test(name)) matched = true;
  }
  return matched;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

/**
 * The lines that decide about a host. As OpenSSH does, `[host]:port` that is unknown may still be known
 * by its bare name, but only to be recognised: a different key there is another server, not a change.
 */
export function linesFor(known: readonly KnownHost[], name: string): KnownHost[] {
  return known.filter((line) => matches(line.hosts, name));
}

/**
 * Judges the key that a server shows.
 * @param name as of {@link knownHostName}.
 * @param key the blob, base64.
 */
export function judgeKey(known: readonly KnownHost[], name: string, key: string, type: string): KeyVerdict {
  const lines = linesFor(known, name);
  const bare = linesFor(known, bareName(name));
  const revoked = [...lines, ...bare].find((line) => line.marker === 'revoked' && line.key === key);
  if (revoked !== undefined) return { kind: 'revoked', at: revoked.at };
  const plain = lines.filter((line) => line.marker === undefined);
  if (plain.some((line) => line.key === key)) return { kind: 'known' };
  const changed = plain.filter((line) => line.type === type);
  if (changed.length > 0) return { kind: 'changed', at: changed.map((line) => line.at) };
  if (bare.some((line) => line.marker === undefined && line.key === key)) return { kind: 'known' };
  // A host that is known by keys of other types only: whoever answers could not show any of those.
  if (plain.length > 0) return { kind: 'changed', at: plain.map((line) => line.at) };
  return { kind: 'unknown' };
}

/** `[host]:port` → `host`; anything else is returned as it is. */
export function bareName(name: string): string {
  return /^\[(.*)\]:\d+$/.exec(name)?.[1] ?? name;
}

/** Key types that are known for a host, in the order of the lines; empty when it is unknown. */
export function knownTypes(known: readonly KnownHost[], name: string): string[] {
  const plain = (lines: KnownHost[]) => lines.filter((line) => line.marker === undefined);
  const lines = plain(linesFor(known, name));
  return [
    ...new Set((lines.length > 0 ? lines : plain(linesFor(known, bareName(name)))).map((line) => line.type)),
  ];
}

/** Whether a certificate authority speaks for this host. */
export function hasAuthority(known: readonly KnownHost[], name: string): boolean {
  return linesFor(known, name).some((line) => line.marker === 'cert-authority');
}

/** One line to be appended, hashed as `HashKnownHosts yes` wants it or in plain. */
export function formatKnownHost(
  name: string,
  key: { type: string; key: string },
  hashed: boolean,
  salt: Buffer = randomBytes(20),
): string {
  const hash = () => createHmac('sha1', salt).update(name).digest('base64');
  const hosts = hashed ? `|1|${salt.toString('base64')}|${hash()}` : name;
  return `${hosts} ${key.type} ${key.key}\n`;
}

/** `SHA256:…` as ssh-keygen -l prints it: base64 without padding. */
export function fingerprint(key: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a key blob names itself. */
export function keyType(blob: Buffer): string {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return blob.subarray(4, 4 + length).toString('latin1');
}
