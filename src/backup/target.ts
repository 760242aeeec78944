import { EXIT, type ExitCode, type FailureText } from '../errors.ts';
import type { HostFacts } from '../plan/facts.ts';
import { PATHS } from '../render/layout.ts';
import { readMark } from './mark.ts';

/** What is to be done on the machine that a backup is restored on. */
export type RestoreStart =
  /** Nothing of a server is there. */
  | { readonly kind: 'fresh' }
  /** This very backup is under way: its files are put in place again, then it goes on. */
  | { readonly kind: 'resume' }
  /** This very backup is in place: what may be left is the ordinary work of init. */
  | { readonly kind: 'restored' }
  | { readonly kind: 'refused'; readonly problem: FailureText; readonly exitCode: ExitCode };

/** A machine with any other server, or any data of one, is refused. Pure. */
export const restoreStart = (host: HostFacts, sha256: string, machine: string): RestoreStart => {
  const mark = readMark(host.restoreMark);
  if (mark?.sha256 === sha256) return { kind: mark.state === 'done' ? 'restored' : 'resume' };
  const found = [
    ...(mark?.state === 'pending' ? [`another backup that is being restored (${mark.file})`] : []),
    ...(host.storedAnswers === '' ? [] : [`the answers of a server (${PATHS.answers})`]),
    ...(host.databaseOnDisk === '' ? [] : [`a database (${PATHS.postgresData})`]),
    ...((host.files[PATHS.signingKey]?.size ?? 0) === 0 ? [] : [`a signing key (${PATHS.signingKey})`]),
    ...(host.containers.length === 0 ? [] : [`${host.containers.length} containers of a server`]),
  ];
  if (found.length === 0) return { kind: 'fresh' };
  return {
    kind: 'refused',
    exitCode: EXIT.refused,
    problem: {
      code: 'MB-RESTORE-OCCUPIED',
      what: `There is a server on ${machine}, or what is left of one.`,
      why: `Found: ${found.join(', ')}.`,
      fix: [
        'Restore on a fresh machine: nothing that is there is ever replaced by a backup.',
        `If it may go, move it away first: cd ${PATHS.root} && docker compose down; mv ${PATHS.root} ${PATHS.root}.old`,
      ],
      safe: 'Nothing was changed.',
    },
  };
};
