import { type LastBackup, parsed } from '../backup/seen.ts';

/** Bytes of one thing. */
export interface Sized {
  readonly name: string;
  readonly bytes: number;
}

/** What was in use at one look. */
export interface Point {
  /** Unix seconds by the machine's clock. */
  readonly at: number;
  /** Bytes. */
  readonly used: number;
  readonly database: number;
  readonly media: number;
  /** The state of rooms, part of the database; absent in looks of before it was asked. */
  readonly state?: number;
}

/** What takes the space on a machine. Bytes. */
export interface DiskSeen {
  readonly total: number;
  readonly used: number;
  readonly free: number;
  /** Folders of media by kind: `local_content`, `remote_content` … */
  readonly media: readonly Sized[];
  /** Folders of backups by path. */
  readonly backups: readonly Sized[];
  /** The folder of Postgres with its log of changes; absent with the database elsewhere. */
  readonly cluster?: number;
  readonly journal?: number;
  readonly packages?: number;
  /** Logs of our containers. */
  readonly logs: number;
  /** Images of our software that no container uses, by id. */
  readonly images: readonly (Sized & { readonly id: string })[];
  /** What the database said last when it did not answer, as far as it said anything. */
  readonly silence?: string;
  /** Absent when the database did not answer, or not to its end. */
  readonly database?: {
    readonly bytes: number;
    /** The largest first. */
    readonly tables: readonly Sized[];
    /** Media of other servers that nobody has looked at for as long as was asked for. */
    readonly stale: { readonly files: number; readonly bytes: number };
    /** Rooms that nobody here is in. */
    readonly emptyRooms: number;
    /** Tables that hold the state of rooms. */
    readonly state: number;
  };
  /** The last backup that was proved, wherever it is. */
  readonly lastBackup?: LastBackup;
  /** Earlier looks, the oldest first. */
  readonly noted: readonly Point[];
}

const words = (output: string, key: string): readonly (readonly string[])[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${key} `))
    .map((line) => line.slice(key.length + 1).split(' '));

const numberOf = (text: string | undefined): number => {
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : 0;
};

const oneOf = (output: string, key: string): number | undefined => {
  const [text] = words(output, key)[0] ?? [];
  return text === undefined || text === '' ? undefined : numberOf(text);
};

/** Lines of state/disk-growth; one that was cut off is left out. */
const pointsOf = (output: string): readonly Point[] =>
  words(output, 'NOTED').flatMap(([at, used, database, media, state]) => {
    const point = {
      at: numberOf(at),
      used: numberOf(used),
      database: numberOf(database),
      media: numberOf(media),
      ...(state !== undefined && { state: numberOf(state) }),
    };
    return point.at > 0 && media !== undefined ? [point] : [];
  });

export const pointLine = ({ at, used, database, media, state }: Point): string =>
  [at, used, database, media, ...(state === undefined ? [] : [state])].join(' ');

/** The output of templates/scripts/look-at-disk.sh; undefined without what df says. */
export const readDisk = (output: string): DiskSeen | undefined => {
  const [total, used, free] = words(output, 'DISK')[0] ?? [];
  if (free === undefined) return undefined;
  const sized = (key: string): readonly Sized[] =>
    words(output, key).map(([bytes, ...name]) => ({ bytes: numberOf(bytes), name: name.join(' ') }));
  const [cluster, journal, packages] = [
    oneOf(output, 'CLUSTER'),
    oneOf(output, 'JOURNAL'),
    oneOf(output, 'PACKAGES'),
  ];
  const [bytes, [files, stale] = [], emptyRooms] = [
    oneOf(output, 'DATABASE'),
    words(output, 'STALE')[0] ?? [],
    oneOf(output, 'EMPTY'),
  ];
  const lastBackup = parsed<LastBackup>(words(output, 'LAST')[0]?.join(' '));
  const isWhole = /^ANSWERED$/m.test(output);
  const silence = words(output, 'SILENT')[0]?.join(' ');
  return {
    total: numberOf(total),
    used: numberOf(used),
    free: numberOf(free),
    media: words(output, 'MEDIA').map(([name = '', size]) => ({ name, bytes: numberOf(size) })),
    backups: sized('BACKUPS'),
    ...(cluster !== undefined && { cluster }),
    ...(journal !== undefined && { journal }),
    ...(packages !== undefined && { packages }),
    logs: oneOf(output, 'LOGS') ?? 0,
    images: words(output, 'IMAGE').map(([size, id = '', name = '']) => ({
      bytes: numberOf(size),
      id,
      name: name === '' ? id.slice(0, 19) : name,
    })),
    ...(silence !== undefined && { silence }),
    ...(bytes !== undefined &&
      isWhole && {
        database: {
          bytes,
          tables: sized('TABLE'),
          stale: { files: numberOf(files), bytes: numberOf(stale) },
          emptyRooms: emptyRooms ?? 0,
          state: oneOf(output, 'STATE') ?? 0,
        },
      }),
    ...(lastBackup && { lastBackup }),
    noted: pointsOf(output),
  };
};

/** What is in use now, to be noted down. @param at Unix seconds by the machine's clock */
export const pointOf = ({ used, database, media }: DiskSeen, at: number): Point => ({
  at,
  used,
  database: database?.bytes ?? 0,
  media: media.reduce((sum, { bytes }) => sum + bytes, 0),
  ...(database && { state: database.state }),
});
