/** A backup where backups are kept. */
export interface FoundBackup {
  readonly name: string;
  readonly bytes: number;
}

/** What `state/backup.last` says of the last backup that was proved. */
export interface LastBackup {
  readonly file: string;
  /** `user@host` that it is on; `s3`; empty for the machine itself. */
  readonly remote: string;
  /** `2026-01-31T120000Z`, as in its name. */
  readonly made: string;
  readonly bytes: number;
  /** Of the whole file, in hex. */
  readonly sha256: string;
  readonly seconds: number;
  /** Rows of all tables in it. */
  readonly rows: number;
  readonly encrypted: boolean;
}

/** What is on the machine of a timer for backups. */
export interface ScheduleFacts {
  /** Whether the machine is run by systemd. */
  readonly systemd: boolean;
  /** By path; only of files that are ours. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly mode: number }>>;
  /** Enabled at boot, and waiting now. */
  readonly running: boolean;
  /** When it is due, in systemd's own words; empty when it is not. */
  readonly next: string;
}

/** What is known before a backup is made; sizes in bytes. */
export interface BackupFacts {
  /** Whether age is on the machine. */
  readonly age: boolean;
  /** Tables without their indexes, which a dump does not hold; undefined when Postgres did not answer. */
  readonly tables?: number;
  readonly media: number;
  /** What ssh said when the other machine could not be reached. */
  readonly unreached?: string;
  /** Undefined when the folder could not be looked at; infinite in an object store. */
  readonly free?: number;
  /** What an object store needs on the machine and is not there. */
  readonly lacks?: readonly ('rclone' | 'keys')[];
  readonly found: readonly FoundBackup[];
  readonly schedule: ScheduleFacts;
}

/** Understands the output of templates/scripts/probe-backup.sh. */
export const parseBackupFacts = (output: string): BackupFacts => {
  const lines = output.split('\n');
  const all = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const bytes = (key: string): number | undefined => {
    const [text] = all(key);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const [folder = 'no answer'] = all('FOLDER');
  const tables = bytes('TABLES');
  const free = all('UNLIMITED').length > 0 ? Number.POSITIVE_INFINITY : bytes('FREE');
  const lacks = [
    ...(all('RCLONE').length > 0 ? (['rclone'] as const) : []),
    ...(all('S3CONFIG').length > 0 ? (['keys'] as const) : []),
  ];
  return {
    age: all('AGE').length > 0,
    media: bytes('MEDIA') ?? 0,
    found: all('FILE').flatMap((line) => {
      const [, size, name] = /^(\d+) (.+)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, bytes: Number(size) }];
    }),
    schedule: {
      systemd: all('SYSTEMD').length > 0,
      files: Object.fromEntries(
        all('SCHEDULED').flatMap((line) => {
          const [, sha256, mode, path] = /^([0-9a-f]{64}) (\d+) (.+)$/.exec(line) ?? [];
          return path === undefined
            ? []
            : [[path, { sha256: String(sha256), mode: Number.parseInt(String(mode), 8) }]];
        }),
      ),
      running: all('TIMER').includes('ActiveState=active') && all('TIMER').includes('UnitFileState=enabled'),
      next: /^NextElapseUSecRealtime=(.*)$/m.exec(all('TIMER').join('\n'))?.[1] ?? '',
    },
    ...(tables === undefined ? {} : { tables }),
    ...(folder === 'reached' ? {} : { unreached: folder }),
    ...(free === undefined ? {} : { free }),
    ...(lacks.length > 0 && { lacks }),
  };
};

/** Our own record; one that was cut off counts as none. */
export const parsed = <T>(text: string | undefined): T | undefined => {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
};
