import { parseAnswersFile } from '../answers/file.ts';
import type { FailureText } from '../errors.ts';
import { atLeast } from '../plan/version.ts';
import type { Release } from '../releases/release.ts';
import { parsed } from './seen.ts';
import { sizeText } from './size.ts';

/** `manifest.json`, the first member of a backup. */
export interface Manifest {
  readonly format: number;
  readonly serverName: string;
  /** `2026-01-31T120000Z`. */
  readonly made: string;
  readonly madeBy: string;
  /** `name:tag@digest` by component. */
  readonly images: Readonly<Record<string, string>>;
  /** Of pg_dump. */
  readonly postgres: string;
  /** Of the database as it was, with its indexes. */
  readonly databaseBytes: number;
  readonly mediaBytes: number;
  /** `none` in a backup that an upgrade made. Older ones do not say; they hold them. */
  readonly media?: 'local' | 'none';
  readonly signingKeySha256: string;
}

/** `proof.json`, the last member. */
export interface Proof {
  /** By `schema.table`. */
  readonly rows: Readonly<Record<string, number>>;
  /** By part, of its pieces put together. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** What a look into a backup on the machine found; sizes in bytes. */
export interface Inspection {
  /** Free on the disk that will hold the data. */
  readonly free: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly sealed: boolean;
  /** What tar or age said when it could not be read. */
  readonly unreadable?: string;
  readonly manifest?: Manifest;
  /** Text of answers.yaml. */
  readonly answers: string;
  readonly proof?: Proof;
  /** By part, as read. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Understands the output of templates/scripts/inspect-backup.sh. */
export const parseInspection = (output: string): Inspection => {
  const lines = output.split('\n');
  const all = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const one = (key: string): string => all(key)[0] ?? '';
  const manifest = parsed<Manifest>(one('MANIFEST'));
  const proof = parsed<Proof>(one('PROOF'));
  return {
    free: Number(one('FREE')),
    bytes: Number(one('BYTES')),
    sha256: one('SHA256'),
    sealed: one('SEALED') !== '',
    answers: Buffer.from(one('ANSWERS'), 'base64').toString('utf8'),
    parts: Object.fromEntries(all('PART').map((line) => line.split(' ') as [string, string])),
    ...(one('UNREADABLE') === '' ? {} : { unreadable: one('UNREADABLE') }),
    ...(manifest && { manifest }),
    ...(proof && { proof }),
  };
};

/** A backup that is whole. */
export interface Contents extends Inspection {
  readonly manifest: Manifest;
  readonly proof: Proof;
}

const PARTS = ['database.dump', 'files.tar', 'media.tar'] as const;
/** Backups of earlier versions have no list of media. */
const PART_SINCE = 'media.list';
/** The form that this version writes and reads. */
const FORMAT = 1;
/** As for a backup: a server needs room to write. Guess. */
const SPARE = 512 * 1024 * 1024;

const SAFE = 'Nothing was changed.';

/** Whether a backup is whole and every part of it what it was. Pure. */
export const judgeContents = (
  seen: Inspection,
  file: string,
): { readonly contents: Contents } | { readonly problem: FailureText } => {
  const damaged = (why: string): { problem: FailureText } => ({
    problem: {
      code: 'MB-BACKUP-DAMAGED',
      what: `${file} is no whole backup.`,
      why,
      fix: ['Take another one, or copy it again from where it was made.'],
      safe: SAFE,
    },
  });
  const { manifest, proof } = seen;
  if (seen.unreadable !== undefined && seen.sealed)
    return {
      problem: {
        code: 'MB-BACKUP-SEALED',
        what: `${file} is encrypted and could not be opened.`,
        why: seen.unreadable,
        fix: ["Name the file with age's secret key (AGE-SECRET-KEY-1…): --age-identity-file FILE"],
        safe: SAFE,
      },
    };
  if (manifest === undefined) return damaged(seen.unreadable ?? 'It does not begin with a manifest.');
  if (manifest.format !== FORMAT)
    return {
      problem: {
        code: 'MB-BACKUP-FORMAT',
        what: `${file} has the form ${manifest.format}; this version reads ${FORMAT}.`,
        fix: ['Use the newest version: npx matrix-bastion@latest'],
        safe: SAFE,
      },
    };
  if (proof === undefined) return damaged('Its end is missing.');
  const changed = PARTS.find(
    (part) => proof.sha256[part] === undefined || proof.sha256[part] !== seen.parts[part],
  );
  const listed = proof.sha256[PART_SINCE];
  if (listed !== undefined && listed !== seen.parts[PART_SINCE])
    return damaged(`The part ${PART_SINCE} is not what was written.`);
  if (changed !== undefined) return damaged(`The part ${changed} is not what was written.`);
  return { contents: { ...seen, manifest, proof } };
};

/** A database that is or will be on another machine. */
export const RESTORED_HERE_ONLY: FailureText = {
  code: 'MB-RESTORE-ELSEWHERE',
  what: 'The database of this server is on another machine, where this version restores none.',
  fix: ['Load database.dump there by hand with pg_restore; the README says how to unpack it.'],
  safe: SAFE,
};

/** What stands in the way of restoring a whole backup on this machine with this release. Pure. */
export const unfitToRestore = (
  { manifest, answers, free }: Contents,
  release: Release,
): FailureText | undefined => {
  const stored = parseAnswersFile(answers, 'answers.yaml').answers;
  if (stored.domain !== manifest.serverName)
    return {
      code: 'MB-BACKUP-DAMAGED',
      what: `The backup is of ${manifest.serverName}, but its answers are not.`,
      fix: ['Take another one.'],
      safe: SAFE,
    };
  if (stored.database !== undefined || stored.dbHost !== undefined) return RESTORED_HERE_ONLY;
  const version = /:v([^@]+)/.exec(manifest.images.synapse ?? '')?.[1];
  if (version !== undefined && !atLeast(release.synapse, version))
    return {
      code: 'MB-VERSION-OLDER',
      what: `The backup is of Synapse ${version}; this matrix-bastion runs ${release.synapse}.`,
      why: 'An older Synapse may not understand a newer database.',
      fix: ['Use the newest version: npx matrix-bastion@latest restore'],
      safe: SAFE,
    };
  const needed = manifest.databaseBytes + manifest.mediaBytes + SPARE;
  if (free < needed)
    return {
      code: 'MB-RESTORE-DISK',
      what: 'There is not enough room on the machine.',
      why: `The data take ${sizeText(needed - SPARE)}, ${sizeText(SPARE)} stay free; ${sizeText(free)} are free.`,
      fix: ['Take a machine with a larger disk.'],
      safe: SAFE,
    };
  return undefined;
};

export const rowsIn = ({ rows }: Proof): number => Object.values(rows).reduce((sum, count) => sum + count, 0);
