import type { ReleaseChange } from './synapse.ts';

/** What is known of one major version of Postgres. */
export interface PostgresMajor {
  readonly major: number;
  /** Fully qualified reference with its tag. */
  readonly image: string;
  /**
   * Where the image itself keeps a database (PGDATA of docker-library/postgres, Dockerfile). Ours is mounted at
   * `POSTGRES_DATA` whatever it says; an image that looks elsewhere is told.
   */
  readonly dataPath: string;
  /** Last day on which its makers mend it (postgresql.org, "Versioning Policy"). */
  readonly supportedUntil: string;
  /** What the way to it means, from any older major. */
  readonly changes: readonly ReleaseChange[];
}

/** Where the database is mounted in the container. */
export const POSTGRES_DATA = '/var/lib/postgresql/data';

/**
 * No major reads the files of another: the way is a dump and a restore (PostgreSQL 17 manual, 18.6, "Upgrading a PostgreSQL
 * Cluster"). Nobody can use the server meanwhile, hence to be acknowledged.
 */
const move = (major: number): ReleaseChange => ({
  id: `postgres-${major}`,
  what: `The database moves to Postgres ${major}: it is dumped and loaded anew, and nobody can use the server meanwhile.`,
  act: 'Choose an hour at which it is not missed. The old database stays on the disk until you remove it.',
  acknowledge: true,
  source: 'PostgreSQL 17 manual, 18.6',
});

const known = (major: number, supportedUntil: string, dataPath: string = POSTGRES_DATA): PostgresMajor => ({
  major,
  image: `docker.io/library/postgres:${major}`,
  dataPath,
  supportedUntil,
  changes: [move(major)],
});

/**
 * The majors that Synapse runs on and that a database may come from, oldest first. From 18 on the image keeps its data
 * below a folder of its major, and declares the folder above as its volume (docker-library/postgres, #1259).
 */
export const POSTGRES_MAJORS: readonly PostgresMajor[] = [
  known(14, '2026-11-12'),
  known(15, '2027-11-11'),
  known(16, '2028-11-09'),
  known(17, '2029-11-08'),
  known(18, '2030-11-14', '/var/lib/postgresql/18/docker'),
];

/** @throws Error when nothing is known of it */
export const postgresOf = (major: number): PostgresMajor => {
  const found = POSTGRES_MAJORS.find((candidate) => candidate.major === major);
  if (found === undefined) throw new Error(`nothing is known of Postgres ${major}`);
  return found;
};

/**
 * What tells an image where the database is when it would look elsewhere: without it, it would make an empty one beside the
 * full one. Undefined for one that looks there by itself.
 */
export const dataEnvironment = ({
  postgresMajor,
}: {
  readonly postgresMajor: number;
}): { readonly PGDATA: string } | undefined =>
  postgresOf(postgresMajor).dataPath === POSTGRES_DATA ? undefined : { PGDATA: POSTGRES_DATA };

/** A database of one major that a release of another one takes over. */
export interface PostgresMove {
  readonly from: number;
  readonly to: number;
}

/** Whether a database can be moved: forward, between majors that are known. Pure. */
export const postgresMoveOf = (
  from: number,
  to: number,
  majors: readonly PostgresMajor[] = POSTGRES_MAJORS,
): PostgresMove | undefined =>
  from < to && [from, to].every((one) => majors.some(({ major }) => major === one))
    ? { from, to }
    : undefined;
