import { describe, expect, it } from 'vitest';
import { describeChange } from '../../../src/plan/describe.ts';
import type { Facts, HostFacts, MoveLook } from '../../../src/plan/facts.ts';
import {
  awayFor,
  moveForecast,
  postgresMove,
  roomForMove,
  roughly,
} from '../../../src/plan/postgres-move.ts';
import { preflight } from '../../../src/plan/preflight.ts';
import { planRollback } from '../../../src/plan/rollback.ts';
import { DATA_SINCE_UPGRADE } from '../../../src/releases/consents.ts';
import { POSTGRES_MAJORS, postgresMoveOf } from '../../../src/releases/postgres.ts';
import { readUpgradeRecord } from '../../../src/releases/record.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { switchWords } from '../../../src/releases/words.ts';
import { oldCluster } from '../../../src/render/layout.ts';
import { database } from '../../../src/steps/3-database.ts';
import { goalFor } from '../../support/goal.ts';
import { installed } from '../../support/installed.ts';

const GB = 1024 ** 3;
const LOOK: MoveLook = {
  image: GB,
  data: 10 * GB,
  tables: 6 * GB,
  free: 100 * GB,
  oneDisk: true,
  dumped: { bytes: 0.3 * GB, seconds: 3, whole: false },
};
const BACKUP = {
  age: false,
  tables: 1e6,
  media: 0,
  free: 1e10,
  found: [],
  schedule: { systemd: true, files: {}, running: false, next: '' },
};
const UPGRADE = {
  backup: BACKUP,
  image: 0,
  dockerFree: 1e11,
  oneDisk: true,
  stateFree: 1e11,
  memoryFree: 1e10,
};
const SAID = { accepted: ['postgres-17'], withoutBackup: false };

/** A server on Postgres 15 that was looked at. */
const on15 = (host: Partial<HostFacts> = {}, move: MoveLook = LOOK): Facts => {
  const facts = installed();
  return { ...facts, upgrade: UPGRADE, move, host: { ...facts.host, databaseOnDisk: '15\n', ...host } };
};
const stopped = (facts: Facts, consent = SAID) =>
  preflight(goalFor(facts, {}, consent), facts).filter(({ stops }) => stops === 'always');

describe('the table of Postgres majors', () => {
  it('is in order, without doubles, and holds what this package installs', () => {
    const majors = POSTGRES_MAJORS.map(({ major }) => major);
    expect(majors).toEqual([...new Set(majors)].sort((one, other) => one - other));
    expect(majors).toContain(RELEASE.postgresMajor);
    expect(RELEASE.images.postgres).toBe(`docker.io/library/postgres:${RELEASE.postgresMajor}`);
  });

  it('moves forward only, between majors that are known', () => {
    expect(postgresMoveOf(15, 17)).toEqual({ from: 15, to: 17 });
    for (const [from, to] of [
      [17, 17],
      [17, 15],
      [9, 17],
      [15, 99],
      [Number.NaN, 17],
    ] as const)
      expect(postgresMoveOf(from, to)).toBeUndefined();
  });
});

describe('a database of an older Postgres', () => {
  it('is moved with the release, once it was said', () => {
    const facts = on15();
    const changes = database.changes(goalFor(facts, {}, SAID), facts);
    expect(changes.map(({ kind }) => kind)).toEqual([
      'back-up',
      'switch-release',
      'await-background-updates',
    ]);
    expect(changes[1]).toMatchObject({
      release: { from: RELEASE.synapse, to: RELEASE.synapse, postgres: { from: 15, to: 17 } },
    });
    expect(changes.slice(1, 2).map(describeChange).join()).toMatch(
      /^DANGEROUS: move the database from Postgres 15 to 17 .* put Postgres 15 back if anything is red$/,
    );
    expect(stopped(facts)).toEqual([]);
  });

  it('is moved together with Synapse, each acknowledged', () => {
    const facts = on15();
    const imageLock = facts.host.imageLock.replace(RELEASE.synapse, '1.160.0');
    const both = { ...facts, host: { ...facts.host, imageLock } };
    expect(stopped(both)[0]?.fix[0]).toContain('--accept room-version-12');
    const [asked] = stopped(both, { accepted: [], withoutBackup: false });
    expect(asked?.fix[0]).toContain('--accept room-version-12 --accept postgres-17');
    expect(stopped(both, { accepted: ['room-version-12', 'postgres-17'], withoutBackup: false })).toEqual([]);
  });

  it('tells for how long nobody can use the server before anybody agrees', () => {
    const [asked] = stopped(on15(), { accepted: [], withoutBackup: false });
    expect(asked?.code).toBe('MB-UPGRADE-ACKNOWLEDGE');
    expect(asked?.why).toMatch(/about 6 minutes.*up to 10 GB.*100 GB are free/s);
  });

  it.each<[string, Partial<HostFacts>, Partial<MoveLook>, string]>([
    ['without room for a second one', {}, { free: 12 * GB }, 'MB-UPGRADE-DISK'],
    [
      'with another collation',
      { database: { ...installed().host.database, collate: 'en_US.utf8' } },
      {},
      'MB-UPGRADE-LOCALE',
    ],
    [
      'that does not answer',
      { database: { ...installed().host.database, answers: false } },
      {},
      'MB-UPGRADE-DATABASE',
    ],
    [
      'while Synapse is busy with it',
      { database: { ...installed().host.database, backgroundUpdates: 2 } },
      {},
      'MB-UPGRADE-BACKGROUND',
    ],
  ])('is not moved %s', (_name, host, look, code) => {
    const found = stopped(on15(host, { ...LOOK, ...look }));
    expect(found.map((one) => one.code)).toContain(code);
  });

  it('needs no move on another machine, or before it was ever used', () => {
    const fresh = on15({ databaseBorn: '' });
    expect(postgresMove(goalFor(fresh), fresh.host)).toBeUndefined();
    const facts = on15();
    const elsewhere = { ...goalFor(facts), database: { kind: 'elsewhere' } as never };
    expect(postgresMove(elsewhere, facts.host)).toBeUndefined();
  });
});

describe('the forecast', () => {
  it('goes by the speed of the trial dump, and by its time where it came to its end', () => {
    expect(awayFor(LOOK)).toBeCloseTo(20 + 60 * 5);
    expect(awayFor({ ...LOOK, dumped: { bytes: 1e6, seconds: 0.5, whole: true } })).toBeCloseTo(22.5);
    const { dumped: _, ...unknown } = LOOK;
    expect(awayFor(unknown)).toBeUndefined();
    expect(moveForecast({ ...on15(), move: unknown })).toContain('cannot be told');
  });
  it('counts the new image where it lies on the same disk', () => {
    expect(roomForMove(LOOK) - roomForMove({ ...LOOK, oneDisk: false })).toBe(GB);
  });
  it.each([
    [4, '10 seconds'],
    [22.5, '30 seconds'],
    [320, '6 minutes'],
    [9000, '2.5 hours'],
  ])('says %d s as %s', (seconds, text) => {
    expect(roughly(seconds)).toBe(text);
  });
});

describe('going back from it', () => {
  const line = (state: string) =>
    [state, RELEASE.synapse, RELEASE.synapse, '94', '-', '2026-01-31T03:00:00Z', '30', '15', '17'].join('\t');
  const kept = [{ path: oldCluster(15), major: '15', bytes: 1e8 }];
  const back = (host: Partial<HostFacts>, accepted: string[] = []) => {
    const planned = planRollback(
      { ...installed().host, upgradeRecord: line('done'), ...host },
      accepted,
      'vps',
    );
    return 'problem' in planned ? planned.problem.code : planned.plan;
  };

  it('is read from the record', () => {
    expect(readUpgradeRecord(line('returning'))).toMatchObject({
      state: 'returning',
      postgres: { from: 15, to: 17 },
    });
    expect(readUpgradeRecord(`${line('done').replace('15\t17', '-\t-')}`)).not.toHaveProperty('postgres');
  });
  it('loses what was written since, which has to be said', () => {
    expect(back({ keptDatabases: kept })).toBe('MB-ROLLBACK-DATA');
    expect(back({ keptDatabases: kept }, [DATA_SINCE_UPGRADE])).toMatchObject({
      postgres: { from: 15, to: 17 },
    });
  });
  it('is not possible without the old database', () => {
    expect(back({ keptDatabases: [] }, [DATA_SINCE_UPGRADE])).toBe('MB-ROLLBACK-NONE');
  });
});

describe('its name', () => {
  it('is what differs', () => {
    const postgres = { from: 15, to: 17 };
    expect(switchWords({ from: '1', to: '2' })).toEqual({ old: 'Synapse 1', next: 'Synapse 2' });
    expect(switchWords({ from: '2', to: '2', postgres })).toEqual({
      old: 'Postgres 15',
      next: 'Postgres 17',
    });
    expect(switchWords({ from: '1', to: '2', postgres }).next).toBe('Synapse 2 with Postgres 17');
  });
});
