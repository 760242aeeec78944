import { describe, expect, it } from 'vitest';
import { readDestination } from '../../../src/backup/destination.ts';
import { backupFailed } from '../../../src/backup/failed.ts';
import { isBackupOf, outdated } from '../../../src/backup/names.ts';
import { planBackup, planRows } from '../../../src/backup/plan.ts';
import { type BackupFacts, parseBackupFacts } from '../../../src/backup/seen.ts';
import { sizeText } from '../../../src/backup/size.ts';
import { PATHS } from '../../../src/render/layout.ts';
import { hostFacts } from '../../support/facts.ts';
import { installed } from '../../support/installed.ts';

const GB = 1024 ** 3;
const NO_TIMER = { systemd: true, files: {}, running: false, next: '' };
const seen: BackupFacts = {
  age: false,
  tables: 2 * GB,
  media: GB,
  free: 10 * GB,
  found: [],
  schedule: NO_TIMER,
};
const request = { destination: { folder: '/var/backups/matrix-bastion' }, keep: 2 };
const { host } = installed();
const nameAt = (day: number) => `example.org-2026-01-0${day}T030000Z.tar`;

const planOf = (facts: Partial<BackupFacts> = {}, more = {}) => {
  const planned = planBackup({ ...request, ...more }, host, { ...seen, ...facts }, 'root@vps');
  if ('problem' in planned) throw new Error(JSON.stringify(planned.problem));
  return planned.plan;
};
const problemOf = (facts: Partial<BackupFacts>, on = host, more = {}) => {
  const planned = planBackup({ ...request, ...more }, on, { ...seen, ...facts }, 'root@vps');
  if ('plan' in planned) throw new Error('there is nothing wrong');
  return planned.problem;
};

describe('the plan of a backup', () => {
  it('names what goes only when one more would be too many', () => {
    const found = [1, 2, 3].map((day) => ({ name: nameAt(day), bytes: GB }));
    expect(planOf().removes).toEqual([]);
    expect(planOf({ found: found.slice(0, 1) }).removes).toEqual([]);
    expect(planOf({ found }).removes).toEqual([nameAt(2), nameAt(1)]);
  });
  it('installs age when it is needed and missing', () => {
    const recipient = `age1${'q'.repeat(58)}`;
    expect(planOf().installs).toEqual([]);
    expect(planOf({}, { recipient }).installs).toEqual(['age']);
    expect(planOf({ age: true }, { recipient }).installs).toEqual([]);
  });
  it('finds the database here, or where the answers say', () => {
    expect(planOf().database).toEqual({ place: 'here', image: expect.stringMatching(/postgres:17@sha256:/) });
    const { imageLock: lock, storedAnswers } = host;
    const imageLock = lock.replace(/^POSTGRES.*\n/m, '');
    for (const line of ['db-host: root@db\n', 'database: postgresql://synapse@db/synapse\n']) {
      const elsewhere = { ...host, imageLock, storedAnswers: storedAnswers + line };
      const planned = planBackup(request, elsewhere, seen, 'root@vps');
      expect(planned).toMatchObject({
        plan: { database: { place: 'elsewhere', image: 'docker.io/library/postgres:17' } },
      });
    }
  });
  it('says what it expects', () => {
    expect(planRows(planOf()).map(({ value }) => value)).toEqual([
      'example.org',
      '/var/backups/matrix-bastion on root@vps',
      'at most 3 GB (database 2 GB, media 1 GB); 10 GB are free',
      'no: it holds every secret of the server (0600)',
      'the newest 2',
    ]);
  });
});

it('says what will not be in it', () => {
  const confd = { [`${PATHS.confd}/50-mine.yaml`]: 'media_store_path: /mnt/media\n' };
  const planned = planBackup(request, { ...host, confd }, seen, 'root@vps');
  if ('problem' in planned) throw new Error(planned.problem.what);
  expect(planRows(planned.plan)).toContainEqual({
    name: 'Not in it',
    value: 'media in /mnt/media (media_store_path in conf.d/50-mine.yaml)',
  });
  expect(planRows(planOf()).map(({ name }) => name)).not.toContain('Not in it');
});

describe('what stands in the way of a backup', () => {
  it.each([
    ['a disk that would be full', { free: 3.4 * GB }, 'MB-BACKUP-DISK'],
    ['a folder that cannot be looked at', { unreached: 'df: denied' }, 'MB-BACKUP-FOLDER'],
  ])('%s', (_name, facts, code) => {
    expect(problemOf(facts).code).toBe(code);
  });
  it('a disk that would just do is enough', () => {
    expect(planOf({ free: 3.5 * GB }).free).toBe(3.5 * GB);
  });
  it('a Postgres that does not answer', () => {
    const { tables: _, ...silent } = seen;
    const planned = planBackup(request, host, silent, 'root@vps');
    expect(planned).toMatchObject({ problem: { code: 'MB-BACKUP-DATABASE' } });
  });
  it('another machine that does not let root in: how to change that', () => {
    const problem = problemOf({ unreached: 'Permission denied (publickey).' }, host, {
      destination: { remote: 'me@nas', folder: '/srv' },
    });
    expect(problem).toMatchObject({ code: 'MB-BACKUP-REMOTE', why: 'Permission denied (publickey).' });
    expect(problem.fix?.join('\n')).toContain('ssh-copy-id me@nas');
  });
  it('a machine without a server of ours', () => {
    expect(problemOf({}, hostFacts()).code).toBe('MB-BACKUP-NONE');
  });
  it('a server whose signing key is gone', () => {
    const { [PATHS.signingKey]: _, ...files } = host.files;
    expect(problemOf({}, { ...host, files }).code).toBe('MB-KEY-LOST');
  });
});

describe('names of backups', () => {
  it('are told from everything else in the folder', () => {
    expect(isBackupOf('example.org', nameAt(1))).toBe(true);
    expect(isBackupOf('example.org', `${nameAt(1)}.age`)).toBe(true);
    for (const other of [`${nameAt(1)}.partial`, `x${nameAt(1)}`, 'example.org-old.tar', `${nameAt(1)}.gz`])
      expect(isBackupOf('example.org', other), other).toBe(false);
  });
  it('are outdated by age, whatever their order, and never all of them', () => {
    const names = [nameAt(2), `${nameAt(4)}.age`, nameAt(1), 'notes.txt', nameAt(3)];
    expect(outdated('example.org', names, 3)).toEqual([nameAt(2), nameAt(1)]);
    expect(outdated('example.org', names, 1)).toHaveLength(4);
  });
});

it('reads where backups go', () => {
  expect(readDestination('/srv/x/')).toEqual({ value: { folder: '/srv/x' } });
  expect(readDestination('me@nas:/srv')).toEqual({ value: { remote: 'me@nas', folder: '/srv' } });
  for (const wrong of ['', '/', 'srv', 'me@nas:srv', '/a b', '/a/../b', '/$(x)', 'nas:22:/srv', 'http://x/y'])
    expect(readDestination(wrong), wrong).toHaveProperty('problem');
});

it('understands what was seen on the machine', () => {
  const output = [
    'AGE installed',
    'TABLES 2048',
    'MEDIA 4096',
    'FOLDER reached',
    'FREE 8192',
    `FILE 5 ${nameAt(1)}`,
  ].join('\n');
  expect(parseBackupFacts(output)).toEqual({
    age: true,
    tables: 2048,
    media: 4096,
    free: 8192,
    found: [{ name: nameAt(1), bytes: 5 }],
    schedule: { ...NO_TIMER, systemd: false },
  });
  expect(parseBackupFacts('MEDIA 0\nTABLES \nFOLDER ssh: no route')).toEqual({
    age: false,
    media: 0,
    unreached: 'ssh: no route',
    found: [],
    schedule: { ...NO_TIMER, systemd: false },
  });
});

it('a full disk is told from other faults of a folder', () => {
  expect(backupFailed('folder cat: write error: No space left on device')).toMatchObject({
    code: 'MB-BACKUP-DISK',
    why: 'cat: write error: No space left on device',
  });
  expect(backupFailed('folder Permission denied').code).toBe('MB-BACKUP-FOLDER');
  expect(backupFailed(undefined).code).toBe('MB-BACKUP-STOPPED');
});

it('says sizes for people', () => {
  expect([0, 900, 382_976, 1.44 * GB, 40 * GB].map(sizeText)).toEqual([
    '0 bytes',
    '900 bytes',
    '374 KB',
    '1.4 GB',
    '40 GB',
  ]);
});
