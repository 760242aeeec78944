import { Refusal } from '../errors.ts';
import type { AptRepository } from '../plan/change.ts';
import { type KeyFile, readKeyFile } from './openpgp.ts';

/** The packets of the one key whose fingerprint is the expected one. @throws Refusal MB-DOCKER-KEY. */
export const judgeKey = (key: Uint8Array, repository: AptRepository): Uint8Array => {
  const { fingerprints: found, packets } = judgedKey(key);
  if (found.length !== 1 || found[0] !== repository.fingerprint) {
    throw new Refusal({
      code: 'MB-DOCKER-KEY',
      what: `The key of ${repository.url} is not the expected one.`,
      why: [
        `Expected ${repository.fingerprint}, found ${found.join(', ') || 'no key at all'}.`,
        'Somebody stands between the machine and the repository, or it is a mirror that is signed anew.',
      ].join('\n'),
      fix: [
        "Take the distribution's packages instead, except on Debian 12: --docker-source distro",
        'Or, for a mirror that you trust: --docker-mirror URL --docker-mirror-fingerprint FINGERPRINT',
      ],
      safe: 'The key was not installed; no package was changed.',
    });
  }
  return packets;
};

/** A file that cannot be read as a key has none. */
const judgedKey = (file: Uint8Array): KeyFile => {
  try {
    return readKeyFile(file);
  } catch {
    return { fingerprints: [], packets: Buffer.alloc(0) };
  }
};
