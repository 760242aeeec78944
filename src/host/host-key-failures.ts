import { Refusal } from '../errors.ts';
import { bareName } from './known-hosts.ts';

const SAFE = 'Nothing was sent to that machine, and nothing was changed.';
const COMPARE =
  "Compare it with what the provider's console shows: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";

/** A key that was shown or given: `SHA256:…` and its type, for example `ssh-ed25519`. */
export interface ShownKey {
  readonly fingerprint: string;
  readonly type: string;
}

/** First contact, and nobody said that this is the right key. */
export function hostKeyUnknown(host: string, shown: ShownKey): Refusal {
  return new Refusal({
    code: 'MB-SSH-HOSTKEY-UNKNOWN',
    what: `${host} was never seen from here, so its key has to be confirmed first.`,
    why: `It shows the ${shown.type} key ${shown.fingerprint}`,
    fix: [COMPARE, `Then say that it is the right one: --host-key ${shown.fingerprint}`],
    safe: SAFE,
  });
}

export function hostKeyDeclined(host: string, shown: ShownKey): Refusal {
  return new Refusal({
    code: 'MB-SSH-HOSTKEY-DECLINED',
    what: `The key of ${host} was not confirmed.`,
    why: `It shows the ${shown.type} key ${shown.fingerprint}`,
    fix: [COMPARE],
    safe: SAFE,
  });
}

/** The key is another one than `--host-key` says. */
export function hostKeyMismatch(host: string, pin: string, shown: readonly ShownKey[]): Refusal {
  return new Refusal({
    code: 'MB-SSH-HOSTKEY-MISMATCH',
    what: `${host} has no key with the fingerprint that was given.`,
    why: [`Given: ${pin}`, ...shown.map((key) => `Shown: ${key.fingerprint} (${key.type})`)].join('\n'),
    fix: [
      COMPARE,
      'Give the one that is right with --host-key. If none of these is, another machine answers there.',
    ],
    safe: SAFE,
  });
}

/**
 * @param name as it stands in known_hosts.
 * @param at the lines (`FILE:LINE`) that know another key.
 */
export function hostKeyChanged(host: string, name: string, shown: ShownKey, at: readonly string[]): Refusal {
  const files = [...new Set(at.map((line) => line.replace(/:\d+$/, '')))];
  return new Refusal({
    code: 'MB-SSH-HOSTKEY-CHANGED',
    what: `The key of ${host} is not the one it had. We do not connect.`,
    why: [
      `It shows the ${shown.type} key ${shown.fingerprint}; another one stands in ${at.join(', ')}.`,
      'Either the machine was reinstalled, or somebody sits between you and it.',
    ].join('\n'),
    fix: [
      'First ask the provider, or look on its console, whether that is the new key.',
      'Only then forget the old one:',
      ...files.map((file) => `ssh-keygen -R ${shellWord(name)} -f ${shellWord(file)}`),
    ],
    safe: SAFE,
  });
}

export function hostKeyRevoked(host: string, shown: ShownKey, at: string): Refusal {
  return new Refusal({
    code: 'MB-SSH-HOSTKEY-REVOKED',
    what: `The key of ${host} is marked as revoked. We do not connect.`,
    why: `${shown.type} ${shown.fingerprint} is @revoked in ${at}.`,
    fix: ['Give the machine a new host key, or ask whoever revoked this one.'],
    safe: SAFE,
  });
}

/** Bare names stay readable; `[host]:port` would be a pattern to a shell. */
function shellWord(text: string): string {
  return bareName(text) === text && /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
