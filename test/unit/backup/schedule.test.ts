import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listRows } from '../../../src/backup/list.ts';
import {
  isScheduleDone,
  SCHEDULE_PATHS,
  scheduleChanges,
  scheduleFiles,
} from '../../../src/backup/schedule.ts';
import type { BackupFacts, LastBackup, ScheduleFacts } from '../../../src/backup/seen.ts';
import { parseBackupFacts } from '../../../src/backup/seen.ts';

const FILES = scheduleFiles('daily', 'echo backup\n');
const NOTHING: ScheduleFacts = { systemd: true, files: {}, running: false, next: '' };
const SET: ScheduleFacts = {
  systemd: true,
  running: true,
  next: 'Thu 2026-01-01 03:06:39 UTC',
  files: Object.fromEntries(
    FILES.map(({ path, content, mode }) => [
      path,
      { sha256: createHash('sha256').update(content).digest('hex'), mode },
    ]),
  ),
};

describe('a timer for backups', () => {
  it('is a script for root alone, a service and a timer', () => {
    expect(FILES.map(({ path }) => path)).toEqual(SCHEDULE_PATHS);
    expect(FILES[0]).toMatchObject({ content: 'echo backup\n', mode: 0o700 });
    expect(FILES[2]?.content).toMatch(/^OnCalendar=\*-\*-\* 03:00:00$/m);
    expect(scheduleFiles('weekly', '')[2]?.content).toMatch(/^OnCalendar=Sun /m);
  });
  it('is set once: then there is nothing to do', () => {
    const first = scheduleChanges(FILES, NOTHING);
    expect(first).toEqual({ write: FILES, enable: true, remove: [] });
    expect(isScheduleDone(first)).toBe(false);
    expect(isScheduleDone(scheduleChanges(FILES, SET))).toBe(true);
  });
  it('gets what changed, by content and by mode', () => {
    const weekly = scheduleChanges(scheduleFiles('weekly', 'echo backup\n'), SET);
    expect(weekly.write.map(({ path }) => path)).toEqual([SCHEDULE_PATHS[2]]);
    const path = SCHEDULE_PATHS[0] as string;
    const open = {
      ...SET,
      files: { ...SET.files, [path]: { sha256: SET.files[path]?.sha256 ?? '', mode: 0o755 } },
    };
    expect(scheduleChanges(FILES, open).write.map((file) => file.path)).toEqual([path]);
  });
  it('that was stopped by hand is started again', () => {
    expect(scheduleChanges(FILES, { ...SET, running: false })).toEqual({
      write: [],
      enable: true,
      remove: [],
    });
  });
  it('goes with all its files, and only once', () => {
    expect([...scheduleChanges(undefined, SET).remove].sort()).toEqual([...SCHEDULE_PATHS].sort());
    expect(isScheduleDone(scheduleChanges(undefined, NOTHING))).toBe(true);
  });
  it('is seen as it is', () => {
    const output = [
      `SCHEDULED ${'a'.repeat(64)} 700 ${SCHEDULE_PATHS[0]}`,
      'SYSTEMD yes',
      'TIMER ActiveState=active',
      'TIMER UnitFileState=enabled',
      'TIMER NextElapseUSecRealtime=Thu 2026-01-01 03:06:39 UTC',
    ];
    expect(parseBackupFacts(output.join('\n')).schedule).toEqual({
      systemd: true,
      running: true,
      next: 'Thu 2026-01-01 03:06:39 UTC',
      files: { [SCHEDULE_PATHS[0] as string]: { sha256: 'a'.repeat(64), mode: 0o700 } },
    });
    const off = output.map((line) => line.replace('enabled', 'disabled'));
    expect(parseBackupFacts(off.join('\n')).schedule.running).toBe(false);
  });
});

describe('the state of backups', () => {
  const last: LastBackup = {
    file: '/b/example.org-2026-01-31T030000Z.tar',
    remote: 'me@nas',
    made: '2026-01-31T030000Z',
    bytes: 2048,
    sha256: 'a'.repeat(64),
    seconds: 3,
    rows: 7,
    encrypted: false,
  };
  const facts: BackupFacts = {
    age: true,
    media: 0,
    found: [
      { name: 'example.org-2026-01-31T030000Z.tar', bytes: 2048 },
      { name: 'notes.tar', bytes: 1 },
    ],
    schedule: NOTHING,
  };
  const failed = { at: '2026-02-01T030000Z', why: 'no room' };
  const now = Date.parse('2026-02-02T05:00:00Z');

  it('is told', () => {
    expect(listRows('example.org', { last, failed }, facts, '/b on me@nas', now)).toEqual([
      { name: 'In order', value: 'no: the one of 2026-02-01T030000Z failed: no room' },
      {
        name: 'Last good one',
        value:
          '2026-01-31T030000Z, 2 days ago: /b/example.org-2026-01-31T030000Z.tar on me@nas, 2 KB, 7 rows',
      },
      { name: 'Failed', value: '2026-02-01T030000Z, 26 h ago: no room' },
      { name: 'Timer', value: 'none' },
      { name: 'Kept', value: '/b on me@nas\nexample.org-2026-01-31T030000Z.tar 2 KB' },
    ]);
    expect(listRows('example.org', { last }, facts, '/b', now)[0]?.value).toBe('yes');
    expect(listRows('example.org', {}, { ...facts, schedule: SET }, '/b', now)[1]?.value).toBe('none');
    expect(
      listRows('example.org', { last }, { ...facts, schedule: { ...SET, running: false } }, '/b', now)[2]
        ?.value,
    ).toBe('set, but it does not run');
  });
});
