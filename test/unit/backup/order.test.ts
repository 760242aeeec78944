import { describe, expect, it } from 'vitest';
import { backupTroubles, scheduleWarning } from '../../../src/backup/order.ts';
import { type BackupRecord, parseBackupRecord } from '../../../src/backup/record.ts';
import type { LastBackup } from '../../../src/backup/seen.ts';
import { hostFacts } from '../../support/facts.ts';

const last: LastBackup = {
  file: '/b/example.org-2026-01-31T030000Z.tar',
  remote: '',
  made: '2026-01-31T030000Z',
  bytes: 2048,
  sha256: 'a'.repeat(64),
  seconds: 600,
  rows: 7,
  encrypted: false,
};
const timer = { running: true, state: 'active, enabled', schedule: 'daily' } as const;
const at = (text: string) => Date.parse(text);
const SOON = at('2026-01-31T05:00:00Z');

describe('backups are in order', () => {
  it.each<[string, BackupRecord, string]>([
    ['with a good one and a timer', { last, timer }, '2026-01-31T05:00:00Z'],
    ['when one night was missed', { last, timer }, '2026-02-02T03:00:00Z'],
    [
      'nine days after a weekly one',
      { last, timer: { ...timer, schedule: 'weekly' } },
      '2026-02-09T05:00:00Z',
    ],
    ['at any age without a timer', { last }, '2028-01-01T00:00:00Z'],
    [
      'at any age with a calendar that is not ours to judge',
      { last, timer: { running: true, state: 'active, enabled' } },
      '2028-01-01T00:00:00Z',
    ],
    ['by a clock that was set back', { last, timer }, '2020-01-01T00:00:00Z'],
    [
      'after a failure that a good one followed',
      { last, failed: { at: '2026-01-30T030000Z', why: 'no room' } },
      '2026-01-31T05:00:00Z',
    ],
  ])('%s', (_name, record, now) => {
    expect(backupTroubles(record, at(now))).toEqual([]);
  });
});

describe('backups are not in order', () => {
  it('when there is none, or the last try failed', () => {
    expect(backupTroubles({}, SOON)).toEqual(['there is no good one yet']);
    const failed = { at: '2026-02-01T030000Z', why: 'no room' };
    expect(backupTroubles({ last, failed }, SOON)).toEqual(['the one of 2026-02-01T030000Z failed: no room']);
    expect(backupTroubles({ failed }, SOON)).toHaveLength(2);
  });
  it('when the timer was stopped', () => {
    const stopped = { ...timer, running: false, state: 'inactive, enabled' };
    expect(backupTroubles({ last, timer: stopped }, SOON)).toEqual([
      'the timer is set and does not run (inactive, enabled)',
    ]);
  });
  it('when the last good one is older than two periods, to the second', () => {
    const daily = (now: string) => backupTroubles({ last, timer }, at(now));
    expect(daily('2026-02-02T03:00:00Z')).toEqual([]);
    expect(daily('2026-02-02T03:00:01Z')).toEqual([
      'the last good one is 2 days old, and there should be one daily',
    ]);
    const weekly = (now: string) =>
      backupTroubles({ last, timer: { ...timer, schedule: 'weekly' } }, at(now));
    expect(weekly('2026-02-14T03:00:00Z')).toEqual([]);
    expect(weekly('2026-02-14T03:00:01Z')).toEqual([
      'the last good one is 14 days old, and there should be one weekly',
    ]);
  });
});

describe('the warning of other commands', () => {
  const machine = { clock: at('2026-03-31T03:00:00Z') / 1000 };
  it('is one line with the command to look', () => {
    expect(scheduleWarning(hostFacts({ backups: { last, timer }, machine }), 'root@vps')).toBe(
      'WARNING Backups are scheduled and not in order: the last good one is 59 days old, and there should be one daily. Look: matrix-bastion backup root@vps --list',
    );
  });
  it('is for those who set a timer', () => {
    expect(scheduleWarning(hostFacts({ backups: {}, machine }), 'root@vps')).toBeUndefined();
    const now = { clock: SOON / 1000 };
    expect(scheduleWarning(hostFacts({ backups: { last, timer }, machine: now }), 'x')).toBeUndefined();
  });
});

describe('what a machine says of its backups', () => {
  const units = (calendar: string, service: readonly string[] = []) =>
    [
      `last ${JSON.stringify(last)}`,
      'set',
      'timer ActiveState=active',
      'timer UnitFileState=enabled',
      `timer TimersCalendar={ OnCalendar=${calendar} ; next_elapse=Sun 2026-02-01 03:00:00 UTC }`,
      ...service.map((line) => `service ${line}`),
    ].join('\n');

  it.each([
    ['*-*-* 03:00:00', 'daily'],
    ['*-*-* 05:30:00 UTC', 'daily'],
    ['Sun *-*-* 03:00:00', 'weekly'],
    ['Mon *-*-* 00:00:00', 'weekly'],
    ['Mon,Thu *-*-* 03:00:00', undefined],
    ['*-*-01 03:00:00', undefined],
  ])('a timer at %s is %s', (calendar, schedule) => {
    expect(parseBackupRecord(units(calendar))).toEqual({
      last,
      timer: { running: true, state: 'active, enabled', ...(schedule && { schedule }) },
    });
  });
  it('two calendars are neither', () => {
    const two = `${units('*-*-* 03:00:00')}\ntimer TimersCalendar={ OnCalendar=*-*-* 04:00:00 ; next_elapse=n/a }`;
    expect(parseBackupRecord(two).timer).not.toHaveProperty('schedule');
  });
  it('files without a timer that systemd knows do not run', () => {
    expect(parseBackupRecord('set\n')).toEqual({ timer: { running: false, state: '' } });
    expect(parseBackupRecord('')).toEqual({});
    expect(parseBackupRecord('set\ntimer ActiveState=active\ntimer UnitFileState=disabled').timer).toEqual({
      running: false,
      state: 'active, disabled',
    });
  });
  it('a record that was cut off counts as none', () => {
    expect(parseBackupRecord('failed {"at":"2026-01-02\nlast {')).toEqual({});
  });

  const ended = (time: string) => [
    'ActiveState=failed',
    'Result=signal',
    `ExecMainStartTimestamp=Sun ${time} UTC`,
  ];
  const failedOf = (text: string) => parseBackupRecord(text).failed;
  it('one that was killed could not write it down: systemd saw it', () => {
    expect(failedOf(units('*-*-* 03:00:00', ended('2026-02-01 03:11:12')))).toEqual({
      at: '2026-02-01T031112Z',
      why: 'it ended before it could say why (systemd: signal)',
    });
  });
  it('what it wrote down itself says more', () => {
    const noted = { at: '2026-02-01T031112Z', why: 'no room' };
    const text = `${units('*-*-* 03:00:00', ended('2026-02-01 03:11:12'))}\nfailed ${JSON.stringify(noted)}`;
    expect(failedOf(text)).toEqual(noted);
    const older = text.replace('"at":"2026-02-01', '"at":"2026-01-20');
    expect(failedOf(older)?.at).toBe('2026-02-01T031112Z');
  });
  it('one that made way for a good one by hand, and one before it, are no failures', () => {
    expect(failedOf(units('*-*-* 03:00:00', ended('2026-01-31 03:09:59')))).toBeUndefined();
    expect(failedOf(units('*-*-* 03:00:00', ended('2026-01-20 03:00:00')))).toBeUndefined();
  });
  it('one that ended well is none', () => {
    const well = [
      'ActiveState=inactive',
      'Result=success',
      'ExecMainStartTimestamp=Sun 2026-02-01 03:11:12 UTC',
    ];
    expect(failedOf(units('*-*-* 03:00:00', well))).toBeUndefined();
  });
});
