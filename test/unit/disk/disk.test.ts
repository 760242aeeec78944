import { describe, expect, test } from 'vitest';
import { forecastOf } from '../../../src/disk/forecast.ts';
import { diskLines, forecastLine, lastBackupLine } from '../../../src/disk/lines.ts';
import { type DiskSeen, pointLine, pointOf, readDisk } from '../../../src/disk/seen.ts';

const GB = 1024 ** 3;
const DAY = 24 * 3600;

const OUTPUT = `DISK ${100 * GB} ${60 * GB} ${40 * GB}
MEDIA local_content ${2 * GB}
MEDIA remote_content ${9 * GB}
BACKUPS ${5 * GB} /var/backups/matrix-bastion
BACKUPS ${GB} /var/backups/matrix-bastion-upgrade
CLUSTER ${20 * GB}
JOURNAL ${GB}
IMAGE ${GB} sha256:0123456789abcdef0123 ghcr.io/element-hq/synapse:v1.160.0
LOGS 1000
DATABASE ${18 * GB}
TABLE ${12 * GB} state_groups_state
TABLE ${GB} strange_table
STATE ${13 * GB}
STALE 12 3000
EMPTY 3
ANSWERED
LAST {"file":"/srv/matrix/example.org-2026-01-31T120000Z.tar","remote":"backup@198.51.100.4","made":"2026-01-31T120000Z","bytes":${3 * GB}}
NOTED 1000 5 6 7
NOTED 2000 5 6 7 4
NOTED 10
`;

const seen = (given: Partial<DiskSeen> = {}): DiskSeen => {
  const read = readDisk(OUTPUT);
  if (read === undefined) throw new Error('the output is whole');
  return { ...read, ...given };
};

describe('the look', () => {
  test('is read', () => {
    expect(seen()).toMatchObject({
      total: 100 * GB,
      free: 40 * GB,
      images: [{ bytes: GB, id: 'sha256:0123456789abcdef0123', name: 'ghcr.io/element-hq/synapse:v1.160.0' }],
      database: {
        bytes: 18 * GB,
        tables: [{ name: 'state_groups_state' }, { name: 'strange_table' }],
        stale: { files: 12, bytes: 3000 },
        emptyRooms: 3,
        state: 13 * GB,
      },
      lastBackup: { bytes: 3 * GB },
      // A line that was cut off is left out.
      noted: [
        // From before the state of rooms was noted.
        { at: 1000, used: 5, database: 6, media: 7 },
        { at: 2000, used: 5, database: 6, media: 7, state: 4 },
      ],
    });
  });
  test('of a database that is silent knows that it is, and without df nothing', () => {
    expect(
      readDisk(OUTPUT.replace(/^(DATABASE|TABLE|STATE|STALE|EMPTY|ANSWERED).*\n/gm, ''))?.database,
    ).toBeUndefined();
    expect(readDisk('MEDIA local_content 1\n')).toBeUndefined();
  });
  test('of a database that stopped in the middle is none of it, and says why', () => {
    const half = OUTPUT.replace(/^(STALE|EMPTY|ANSWERED).*\n/gm, '');
    expect(readDisk(half)?.database).toBeUndefined();
    const why = 'psql:<stdin>:9: ERROR:  canceling statement due to statement timeout';
    const told = readDisk(`${half}SILENT ${why}\n`);
    expect(told).toMatchObject({ silence: why });
    expect(told).not.toHaveProperty('database');
  });
  test('is noted down as it is read', () => {
    const point = pointOf(seen(), 2000);
    expect(readDisk(`${OUTPUT}NOTED ${pointLine(point)}\n`)?.noted.at(-1)).toEqual({
      at: 2000,
      used: 60 * GB,
      database: 18 * GB,
      media: 11 * GB,
      state: 13 * GB,
    });
  });
});

describe('what takes the space', () => {
  const lines = diskLines(seen(), 'root@vps');
  test('the largest first, each once; what is not ours makes up the rest', () => {
    const sizes = lines.map(({ bytes }) => bytes);
    expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(60 * GB);
  });
  test('with the exact command that frees it; none for what nobody else has', () => {
    const frees = Object.fromEntries(lines.map(({ what, frees: command }) => [what, command]));
    expect(frees).toMatchObject({
      'Media of other servers, kept here': 'matrix-bastion disk root@vps --purge-remote-media-older 14d',
      'Media of your users': undefined,
      'Backups in /var/backups/matrix-bastion': 'matrix-bastion backup root@vps --keep 3',
      'Image that nothing uses: ghcr.io/element-hq/synapse:v1.160.0':
        'on the machine: docker image rm sha256:0123456789ab',
      'Journal of systemd': 'on the machine: journalctl --vacuum-size=200M',
    });
  });
  test('and what the last backup takes, elsewhere as well', () => {
    const { lastBackup } = seen();
    expect(lastBackup && lastBackupLine(lastBackup, 'root@vps')).toBe(
      'The last backup takes 3 GB, whole: /srv/matrix/example.org-2026-01-31T120000Z.tar on backup@198.51.100.4',
    );
    expect(readDisk(OUTPUT.replace(/^LAST .*/m, 'LAST {"file":"/srv'))).not.toHaveProperty('lastBackup');
  });
  test('a database on another machine is not on this disk', () => {
    const { cluster: _, ...elsewhere } = seen();
    const rest = diskLines(elsewhere, 'root@vps').find(({ what }) => what.startsWith('The system'));
    expect(rest?.bytes).toBe(60 * GB - 19 * GB - 1000);
  });
});

describe('the forecast', () => {
  const at = 100 * DAY;
  const now = { at, used: 60 * GB, database: 18 * GB, media: 11 * GB };
  const look = (days: number, used: number) => ({ ...now, at: at - days * DAY, used: used * GB });
  test('needs two looks that are a day apart', () => {
    expect(forecastOf(now, [], 40 * GB)).toBeUndefined();
    expect(forecastOf(now, [look(0.9, 50)], 40 * GB)).toBeUndefined();
    expect(forecastLine(undefined, 0)).toContain('this look was noted down');
    expect(forecastLine(undefined, 3)).toContain('no two looks');
  });
  test('is a straight line from the oldest look that counts, and says that it guesses', () => {
    const forecast = forecastOf(now, [look(90, 1), look(10, 50), look(2, 59)], 40 * GB);
    expect(forecast).toMatchObject({ days: 10, used: GB, database: 0, full: 40 });
    expect(forecastLine(forecast, 3)).toMatch(/1 GB more a day.*\(a guess\), the disk is full in 40 days\.$/);
  });
  test('names what the state of rooms has of it, where both looks know it', () => {
    const then = { ...look(10, 50), database: 16 * GB };
    const known = forecastOf({ ...now, state: 13 * GB }, [{ ...then, state: 12 * GB }], 40 * GB);
    expect(known?.state).toBe(Math.round(GB / 10));
    expect(forecastLine(known, 3)).toContain(
      '(database 205 MB more a day, of that the state of rooms 102 MB more a day, media ',
    );
    expect(forecastOf({ ...now, state: 13 * GB }, [then], 40 * GB)).not.toHaveProperty('state');
  });
  test('a disk that does not fill', () => {
    const forecast = forecastOf(now, [look(2, 70)], 40 * GB);
    expect(forecast?.full).toBeUndefined();
    expect(forecastLine(forecast, 1)).toMatch(/5 GB less a day.*The disk does not fill\.$/);
  });
  test('a clock that was put back is not a day', () => {
    expect(forecastOf(now, [{ ...now, at: at + 5 * DAY }], 40 * GB)).toBeUndefined();
  });
});
