import type { DiskForecast, PostgresSettings } from './budget.ts';
import type { Load } from './load.ts';
import {
  DATABASE_GIB_PER_MEMBER,
  DATABASE_GIB_PER_ROOM,
  IMAGES_GIB,
  LOGS_OTHER_GIB,
  LOGS_SYNAPSE_GIB,
  MEDIA_GIB_PER_ROOM,
  MEDIA_GIB_PER_USER,
  SYSTEM_GIB,
} from './measured.ts';

type DiskLine = DiskForecast['lines'][number];

/** GiB to a tenth, rounded up. */
const tenth = (gib: number): number => Math.ceil(Math.round(gib * 1000) / 100) / 10;

/** What a year adds to the database, in GiB, and the log before it: the lines of the machine that has Postgres. */
export function databaseDisk(
  { rooms, largestRoom }: Pick<Load, 'rooms' | 'largestRoom'>,
  { maxWal }: Pick<PostgresSettings, 'maxWal'>,
): DiskLine[] {
  return [
    {
      what: "Postgres's write-ahead log",
      gib: tenth(maxWal / 1024),
      reason: 'max_wal_size; Postgres may pass it for a while under load',
    },
    {
      what: 'Database',
      gib: tenth(DATABASE_GIB_PER_ROOM * rooms + DATABASE_GIB_PER_MEMBER * largestRoom),
      reason: `${DATABASE_GIB_PER_ROOM} GiB for an active room and year (guess)`,
    },
  ];
}

/** The lines as a forecast. */
export const forecast = (lines: readonly DiskLine[], diskGib: number): DiskForecast => ({
  lines,
  afterAYear: tenth(lines.reduce((sum, { gib }) => sum + gib, 0)),
  disk: Math.floor(diskGib),
});

/** What the disk of the box with Synapse will hold after a year. `postgres` is absent where it runs elsewhere. */
export function diskForecast(
  load: Load,
  processes: number,
  diskGib: number,
  postgres: PostgresSettings | undefined,
): DiskForecast {
  const others = postgres ? 3 : 2;
  const media = MEDIA_GIB_PER_ROOM * load.rooms + MEDIA_GIB_PER_USER * load.users;
  return forecast(
    [
      systemDisk,
      { what: 'Images', gib: IMAGES_GIB, reason: 'one set, and the one before it during an upgrade (guess)' },
      {
        what: 'Logs',
        gib: tenth(processes * LOGS_SYNAPSE_GIB + others * LOGS_OTHER_GIB),
        reason: `at most 100 MB for each of Synapse's ${processes === 1 ? 'one process' : `${processes} processes`}, 30 MB for the others: Docker drops what is older`,
      },
      ...(postgres ? databaseDisk(load, postgres) : []),
      {
        what: 'Media',
        gib: tenth(media),
        reason: `${MEDIA_GIB_PER_ROOM} GiB for a room and ${MEDIA_GIB_PER_USER} GiB for a user and year (guess); copies from other servers go after a month`,
      },
    ],
    diskGib,
  );
}

export const systemDisk: DiskLine = {
  what: 'Operating system',
  gib: SYSTEM_GIB,
  reason: 'packages, Docker and the journal (guess)',
};

/** What to say when the disk will not hold a year; nothing when it does or is not known. */
export function diskNotes({ afterAYear, disk }: DiskForecast): string[] {
  if (disk === 0 || disk >= afterAYear) return [];
  return [
    `The disk has ${disk} GiB; after a year some ${Math.ceil(afterAYear)} GiB are expected. Take a larger disk, or plan for one.`,
  ];
}
