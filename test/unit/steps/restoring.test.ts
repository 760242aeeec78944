import { describe, expect, it } from 'vitest';
import { markText } from '../../../src/backup/mark.ts';
import { preflight, stopsRun } from '../../../src/plan/preflight.ts';
import { database } from '../../../src/steps/3-database.ts';
import { admin } from '../../../src/steps/6-admin.ts';
import { someFacts } from '../../support/facts.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const SUM = 'a'.repeat(64);
const pending = markText({ state: 'pending', sha256: SUM, file: '/b.tar' });
const done = markText({ state: 'done', sha256: SUM, file: '/b.tar' });

/** Answers and key are in place, nothing else. */
const placed = (restoreMark: string) => {
  const { host } = installed();
  return someFacts({ storedAnswers: host.storedAnswers, restoreMark, files: host.files });
};
const kinds = (facts: ReturnType<typeof someFacts>) =>
  database.changes(goalFor(facts), facts).map(({ kind }) => kind);

describe('a server that is being restored', () => {
  it('gets its data before anything starts, and never an empty database', () => {
    const changes = kinds(placed(pending));
    expect(changes).not.toContain('create-database');
    expect(changes.indexOf('restore-data')).toBeLessThan(changes.indexOf('start-services'));
    expect(changes.indexOf('restore-data')).toBeGreaterThanOrEqual(0);
  });
  it('gets them also when the database is in place, for the media may not be', () => {
    const facts = placed(pending);
    expect(kinds({ ...facts, host: { ...facts.host, databaseOnDisk: '17\n' } })).toContain('restore-data');
  });
  it('is like any other one afterwards', () => {
    const facts = installed();
    const restored = { ...facts, host: { ...facts.host, restoreMark: done } };
    expect(database.changes(goalFor(restored), restored)).toEqual([]);
  });
  it('gets no new administrator: who is one is in the backup', () => {
    const facts = placed(pending);
    expect(admin.changes(goalFor(facts), facts)).toEqual([]);
    const after = placed(done);
    expect(admin.changes(goalFor(after), after)).not.toEqual([]);
  });
  it('is not installed by names that still lead to the old machine', () => {
    const facts = placed(pending);
    const elsewhere = {
      ...facts,
      outside: { ...facts.outside, names: { 'matrix.example.org': { a: ['192.0.2.9'], aaaa: [] } } },
    };
    expect(preflight(goalFor(elsewhere), elsewhere).map(({ code }) => code)).toEqual(['MB-DNS-ELSEWHERE']);
    const live = { ...elsewhere, host: { ...elsewhere.host, restoreMark: '' } };
    const stopping = preflight(goalFor(live), live).filter((one) => stopsRun(one, live));
    expect(stopping.map(({ code }) => code)).not.toContain('MB-DNS-ELSEWHERE');
  });
  it('does not become another server when it was stopped before its answers were there', () => {
    const facts = someFacts({ restoreMark: pending });
    const [problem] = preflight(goalFor(facts), facts);
    expect(problem).toMatchObject({ code: 'MB-RESTORE-UNFINISHED', exitCode: 4 });
    expect(problem?.fix?.join()).toContain('matrix-bastion restore host:/b.tar');
  });
});
