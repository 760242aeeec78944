import { isKnownKey } from '../../backup/signing-key.ts';
import { PATHS, UID } from '../../render/layout.ts';
import { type Check, refusal } from './problem.ts';

/**
 * A server that other servers have seen must not come back with another signing key: they remember the old one and
 * refuse what the new one signs. Told by the operator's own record, so that a machine that was installed anew is noticed.
 * Where the database is still there, MB-KEY-LOST says the same with the better reason.
 */
export const keyContinuity: Check = ({ answers, consent }, { host, outside }) => {
  const recorded = Object.keys(outside.recordedKeys ?? {});
  const hasKey = (host.files[PATHS.signingKey]?.size ?? 0) > 0;
  const toldAlready = host.databaseOnDisk !== '' && host.storedAnswers !== '';
  if (recorded.length === 0 || hasKey || toldAlready || consent.signingKey !== undefined) return [];
  return [
    refusal({
      code: 'MB-KEY-RECORDED',
      what: `${answers.domain} has been a server before, and this machine does not have its signing key.`,
      why: `Other servers know ${recorded.join(', ')}. With a new key they would refuse what this one sends, for weeks or for good.`,
      expected: `the signing key ${recorded.join(', ')} in ${PATHS.signingKey}`,
      fix: [
        'With a backup: matrix-bastion restore FILE USER@HOST',
        'With a copy of the key alone: run this again with --signing-key-file FILE. Accounts, rooms and messages are not in it.',
        `If the old server is gone for good and was never in rooms with others: remove the file signing-keys beside its answers (~/.local/state/matrix-bastion/${answers.domain} on Linux).`,
      ],
      who: 'you',
    }),
  ];
};

/** A key that the operator gives has to be the one that the server is known by, here and outside. */
export const givenKey: Check = ({ answers, consent }, { outside }) => {
  const given = consent.signingKey;
  if (given === undefined) return [];
  const known = { ...outside.recordedKeys, ...outside.federation?.keys };
  if (isKnownKey(given, known)) return [];
  return [
    refusal({
      code: 'MB-KEY-OTHER',
      what: `The key of --signing-key-file is not one that ${answers.domain} is known by.`,
      why: `It is ${halves(given)}; known is ${halves(known)}.`,
      expected: `one of ${Object.keys(known).join(', ')}, with the same public half`,
      fix: ['Look for another copy of the key, or leave the flag away.'],
      who: 'you',
    }),
  ];
};

const halves = (keys: Readonly<Record<string, string>>): string =>
  Object.entries(keys)
    .map(([id, key]) => `${id} ${key}`)
    .join(', ');

/** How a key that was kept elsewhere comes back where the database is still there. */
export const PUT_KEY_BACK = [
  'With a copy of the key: run this again with --signing-key-file FILE.',
  `Or put ${PATHS.signingKey} back from your backup, owned by ${UID.synapse.uid}:${UID.synapse.gid}, mode 0600, then run this again.`,
] as const;
