import { describe, expect, it } from 'vitest';
import {
  type Inspection,
  judgeContents,
  parseInspection,
  rowsIn,
  unfitToRestore,
} from '../../../src/backup/contents.ts';
import { markText, pendingRestore, readMark } from '../../../src/backup/mark.ts';
import { restoreStart } from '../../../src/backup/target.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { hostFacts } from '../../support/facts.ts';
import { installed } from '../../support/installed.ts';

const SUM = 'a'.repeat(64);
const GB = 1024 ** 3;
const MANIFEST = {
  format: 1,
  serverName: 'example.org',
  made: '2026-01-31T030000Z',
  madeBy: 'matrix-bastion 1',
  images: { synapse: 'ghcr.io/element-hq/synapse:v1.163.2@sha256:aa' },
  postgres: '17.5',
  databaseBytes: 2 * GB,
  mediaBytes: GB,
  signingKeySha256: 'b'.repeat(64),
};
const PARTS = { 'database.dump': 'd', 'files.tar': 'f', 'media.tar': 'm' };
const SEEN: Inspection = {
  free: 10 * GB,
  bytes: 5,
  sha256: SUM,
  sealed: false,
  manifest: MANIFEST,
  answers: 'domain: example.org\n',
  proof: { rows: { 'public.events': 3, 'public.users': 2 }, sha256: PARTS },
  parts: PARTS,
};

const contentsOf = (more: Partial<Inspection> = {}) => {
  const judged = judgeContents({ ...SEEN, ...more }, '/b.tar');
  if ('problem' in judged) throw new Error(judged.problem.what);
  return judged.contents;
};
const problemOf = (seen: Inspection) => {
  const judged = judgeContents(seen, '/b.tar');
  if ('contents' in judged) throw new Error('nothing is wrong with it');
  return judged.problem;
};

describe('a backup that is looked into', () => {
  it('is understood', () => {
    const output = [
      'FREE 10',
      'BYTES 5',
      `SHA256 ${SUM}`,
      `MANIFEST ${JSON.stringify(MANIFEST)}`,
      `ANSWERS ${Buffer.from('domain: example.org\n').toString('base64')}`,
      `PROOF ${JSON.stringify(SEEN.proof)}`,
      ...Object.entries(PARTS).map(([part, sum]) => `PART ${part} ${sum}`),
    ].join('\n');
    expect(parseInspection(output)).toEqual({ ...SEEN, free: 10 });
    expect(rowsIn(contentsOf().proof)).toBe(5);
  });

  const { proof: _proof, ...cut } = SEEN;
  const { manifest: _manifest, ...headless } = SEEN;
  it.each([
    ['without its end', cut, /Its end is missing/],
    ['without its beginning', headless, /does not begin with a manifest/],
    [
      'that tar cannot read',
      { ...headless, unreadable: 'tar: This does not look like a tar archive' },
      /tar archive/,
    ],
    [
      'with a changed part',
      { ...SEEN, parts: { ...PARTS, 'media.tar': 'x' } },
      /part media\.tar is not what/,
    ],
    [
      'with a changed list of media',
      {
        ...SEEN,
        proof: { rows: {}, sha256: { ...PARTS, 'media.list': 'l' } },
        parts: { ...PARTS, 'media.list': 'x' },
      },
      /part media\.list is not what/,
    ],
    [
      'with a part that was never hashed',
      { ...SEEN, proof: { rows: {}, sha256: {} }, parts: {} },
      /database\.dump/,
    ],
  ])('%s is none', (_name, seen, why) => {
    expect(problemOf(seen)).toMatchObject({ code: 'MB-BACKUP-DAMAGED', why: expect.stringMatching(why) });
  });
  it('encrypted, without the key: which flag is missing', () => {
    const problem = problemOf({ ...headless, sealed: true, unreadable: 'age: error: no identity matched' });
    expect(problem.code).toBe('MB-BACKUP-SEALED');
    expect(problem.fix?.join()).toContain('--age-identity-file');
  });
  it('of a later form is refused', () => {
    expect(problemOf({ ...SEEN, manifest: { ...MANIFEST, format: 2 } }).code).toBe('MB-BACKUP-FORMAT');
  });
});

describe('a machine for a backup', () => {
  it('that has the room will do', () => {
    expect(unfitToRestore(contentsOf(), RELEASE)).toBeUndefined();
    expect(unfitToRestore(contentsOf({ free: 3.4 * GB }), RELEASE)?.code).toBe('MB-RESTORE-DISK');
  });
  it.each([
    [
      'of a newer Synapse',
      { manifest: { ...MANIFEST, images: { synapse: 's:v99.0.0@sha256:a' } } },
      'MB-VERSION-OLDER',
    ],
    ['with answers of another server', { answers: 'domain: example.com\n' }, 'MB-BACKUP-DAMAGED'],
    [
      'with its database elsewhere',
      { answers: 'domain: example.org\ndb-host: root@db\n' },
      'MB-RESTORE-ELSEWHERE',
    ],
  ])('gets no backup %s', (_name, more, code) => {
    expect(unfitToRestore(contentsOf(more), RELEASE)?.code).toBe(code);
  });
});

describe('where a restoration begins', () => {
  const mark = (state: 'pending' | 'done', sha256 = SUM) => markText({ state, sha256, file: '/b.tar' });
  const started = (host: Parameters<typeof hostFacts>[0]) =>
    restoreStart(hostFacts(host), SUM, 'root@vps').kind;

  it('on a fresh machine', () => {
    expect(started({})).toBe('fresh');
  });
  it('goes on with the same backup, and is over when it was', () => {
    const { host } = installed();
    expect(restoreStart({ ...host, restoreMark: mark('pending') }, SUM, 'm').kind).toBe('resume');
    expect(restoreStart({ ...host, restoreMark: mark('done') }, SUM, 'm').kind).toBe('restored');
  });
  it.each([
    ['answers', { storedAnswers: 'domain: example.org\n' }],
    ['a database', { databaseOnDisk: '17\n' }],
    ['another backup under way', { restoreMark: mark('pending', 'c'.repeat(64)) }],
  ])('never over %s', (_name, host) => {
    expect(started(host)).toBe('refused');
  });
  it('never over a server, also one that another backup was restored to', () => {
    const { host } = installed();
    for (const restoreMark of ['', mark('done', 'c'.repeat(64))])
      expect(restoreStart({ ...host, restoreMark }, SUM, 'm')).toMatchObject({
        kind: 'refused',
        exitCode: 4,
        problem: { code: 'MB-RESTORE-OCCUPIED' },
      });
  });
  it('is read back as it was written; a cut one counts as none', () => {
    const text = mark('pending');
    expect(readMark(`${text}\n`)).toEqual({ state: 'pending', sha256: SUM, file: '/b.tar' });
    expect(pendingRestore(text)).toEqual({ sha256: SUM, file: '/b.tar' });
    expect(pendingRestore(mark('done'))).toBeUndefined();
    expect(readMark(text.slice(0, 40))).toBeUndefined();
  });
});
