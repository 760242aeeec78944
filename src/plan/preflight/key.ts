import { PATHS, UID } from '../../render/layout.ts';
import { type Check, refusal } from './problem.ts';

/**
 * A server that other servers have seen must not come back with another signing key: they remember the old one and
 * refuse what the new one signs. Told by the operator's own record, so that a machine that was installed anew is noticed.
 * Where the database is still there, MB-KEY-LOST says the same with the better reason.
 */
export const keyContinuity: Check = ({ answers }, { host, outside }) => {
  const recorded = Object.keys(outside.recordedKeys ?? {});
  const hasKey = (host.files[PATHS.signingKey]?.size ?? 0) > 0;
  const toldAlready = host.databaseOnDisk !== '' && host.storedAnswers !== '';
  if (recorded.length === 0 || hasKey || toldAlready) return [];
  return [
    refusal({
      code: 'MB-KEY-RECORDED',
      what: `${answers.domain} has been a server before, and this machine does not have its signing key.`,
      why: `Other servers know ${recorded.join(', ')}. With a new key they would refuse what this one sends, for weeks or for good.`,
      expected: `the signing key ${recorded.join(', ')} in ${PATHS.signingKey}`,
      fix: [
        'With a backup: matrix-bastion restore FILE USER@HOST',
        `With the key alone: put it at ${PATHS.signingKey}, owned by ${UID.synapse.uid}:${UID.synapse.gid}, mode 0600.`,
        `If the old server is gone for good and was never in rooms with others: remove the file signing-keys beside its answers (~/.local/state/matrix-bastion/${answers.domain} on Linux).`,
      ],
      who: 'you',
    }),
  ];
};
