import { sizeText } from '../backup/size.ts';
import { type PostgresMove, postgresMoveOf, postgresOf } from '../releases/postgres.ts';
import type { ReleaseChange } from '../releases/synapse.ts';
import { lockedImages } from '../steps/compare.ts';
import type { Facts, HostFacts, MoveLook } from './facts.ts';
import type { Goal } from './goal.ts';

/**
 * The move of the database to the Postgres of the release: of one that is in a container of the homeserver's machine, that
 * was once in use, and whose own image is known. Undefined where there is none to be made, or none can be.
 */
export const postgresMove = (goal: Goal, host: HostFacts): PostgresMove | undefined => {
  if (goal.database.kind === 'elsewhere' || host.databaseBorn === '') return undefined;
  if (lockedImages(host.imageLock).postgres === undefined) return undefined;
  return postgresMoveOf(Number(host.databaseOnDisk.trim()), goal.release.postgresMajor);
};

/** What has to be known of a move. */
const changesOf = ({ to }: PostgresMove): readonly ReleaseChange[] => postgresOf(to).changes;

/** What of a move nobody has acknowledged yet. */
export const openMove = (goal: Goal, host: HostFacts): readonly ReleaseChange[] => {
  const move = postgresMove(goal, host);
  if (move === undefined) return [];
  return changesOf(move).filter(({ acknowledge, id }) => acknowledge && !goal.consent.accepted.includes(id));
};

/** max_wal_size of templates/scripts/move-database.sh, which a load may fill. */
const LOG_OF_CHANGES = 1024 * 1024 * 1024;
/** What stays free. Guess, as before an upgrade. */
const SPARE = 512 * 1024 * 1024;

/** Bytes that the disk of the database has to have free: the old one stays where it is. */
export const roomForMove = ({ data, image, oneDisk }: MoveLook): number =>
  data + LOG_OF_CHANGES + SPARE + (oneDisk ? image : 0);

/** Loading takes as many times as long as dumping: every index is made anew, and rows are counted. Guess. */
const LOADING_TO_DUMPING = 4;
/** Two starts of Postgres, two of its ends, and Synapse's start; 53 s were seen on two cores with other work. Guess. */
const FIXED_SECONDS = 20;

/** Seconds for which nobody can use the server, by the speed of a trial dump; undefined where none was made. */
export const awayFor = ({ tables, dumped }: MoveLook): number | undefined => {
  if (dumped === undefined || dumped.bytes === 0 || dumped.seconds === 0) return undefined;
  // A dump that came to its end within the trial is as long as it was.
  const dump = dumped.whole ? dumped.seconds : (tables * dumped.seconds) / dumped.bytes;
  return FIXED_SECONDS + dump * (1 + LOADING_TO_DUMPING);
};

/** `2 minutes`, in whole units: it is a forecast. */
export const roughly = (seconds: number): string => {
  if (seconds < 90) return `${Math.ceil(seconds / 10) * 10} seconds`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
};

/** How long and how large, for people. */
export const moveForecast = ({ move: look }: Facts): string => {
  if (look === undefined) return '';
  const away = awayFor(look);
  const time =
    away === undefined
      ? 'How long that is cannot be told: a trial dump read nothing.'
      : `By the speed of a trial dump nobody can use the server for about ${roughly(away)}.`;
  return `${time} The new database takes up to ${sizeText(look.data)} beside the old one; ${sizeText(look.free)} are free.`;
};
