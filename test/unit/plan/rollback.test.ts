import { describe, expect, it } from 'vitest';
import { lostWay, planRollback, wayBackWarnings } from '../../../src/plan/rollback.ts';
import { DATA_SINCE_UPGRADE } from '../../../src/releases/consents.ts';
import { isUnderWay, readUpgradeRecord } from '../../../src/releases/record.ts';
import { RELEASE } from '../../../src/releases/release.ts';
import { installed } from '../../support/installed.ts';

const FILE = '/var/backups/matrix-bastion-upgrade/example.org-2026-01-31T030000Z.tar';
const record = (state: string, backup = FILE, to: string = RELEASE.synapse) =>
  [state, '1.160.0', to, '94', backup, '2026-01-31T03:00:00Z', '6.1'].join('\t');

const rollback = (upgradeRecord: string, database = {}, accepted: string[] = []) => {
  const { host } = installed();
  return planRollback(
    { ...host, upgradeRecord, database: { ...host.database, ...database } },
    accepted,
    'root@vps',
  );
};

describe('the record of an upgrade', () => {
  it('is read back as it was written', () => {
    expect(readUpgradeRecord(`${record('done')}\n`)).toEqual({
      state: 'done',
      from: '1.160.0',
      to: RELEASE.synapse,
      schema: 94,
      backup: FILE,
      at: '2026-01-31T03:00:00Z',
      seconds: 6.1,
    });
    expect(readUpgradeRecord(record('switching', '-'))?.backup).toBe('');
    expect(readUpgradeRecord(`${record('done')}\t-\t-\tyes\n`)?.person).toBe('yes');
    expect(readUpgradeRecord(`${record('done')}\t-\t-\tno GET /x: 404\n`)?.person).toBe('no GET /x: 404');
  });
  it.each([
    ['switching', true],
    ['reverting', true],
    ['returning', true],
    ['done', false],
    ['reverted', false],
    ['rolled-back', false],
  ])('says of %s whether it is under way', (state, underWay) => {
    const read = readUpgradeRecord(record(state));
    expect(read && isUnderWay(read)).toBe(underWay);
  });
  it.each(['', 'done', 'done\t1.160.0\t1.163.2\tx\t-\tt\t0', 'gone\t1.160.0\t1.163.2\t94\t-\tt\t0'])(
    'counts as none when it is %j',
    (text) => {
      expect(readUpgradeRecord(text)).toBeUndefined();
    },
  );
});

describe('going back', () => {
  const code = (planned: ReturnType<typeof rollback>) =>
    'problem' in planned ? planned.problem.code : 'plan';

  it('changes images and configuration alone while the old version can run on the database', () => {
    expect(rollback(record('done'), { compat: 84 })).toEqual({
      plan: { from: '1.160.0', to: RELEASE.synapse, schema: 94 },
    });
    expect(rollback(record('done'), { compat: 94 })).toMatchObject({ plan: { from: '1.160.0' } });
  });

  it('takes the backup when it cannot, once the loss was accepted', () => {
    const asked = rollback(record('done'), { compat: 95 });
    expect(asked).toMatchObject({ problem: { code: 'MB-ROLLBACK-DATA' } });
    expect(rollback(record('done'), { compat: 95 }, [DATA_SINCE_UPGRADE])).toMatchObject({
      plan: { restores: FILE },
    });
    // Nothing is restored without need, whatever was accepted.
    expect(rollback(record('done'), { compat: 94 }, [DATA_SINCE_UPGRADE])).not.toHaveProperty(
      'plan.restores',
    );
  });

  it('is refused where there is nothing to go back to', () => {
    expect(code(rollback(''))).toBe('MB-ROLLBACK-NONE');
    expect(code(rollback(record('reverted')))).toBe('MB-ROLLBACK-NONE');
    expect(code(rollback(record('rolled-back')))).toBe('MB-ROLLBACK-NONE');
    expect(code(rollback(record('done', FILE, '9.0.0')))).toBe('MB-ROLLBACK-NONE');
    expect(code(rollback(record('done', '-'), { compat: 95 }, [DATA_SINCE_UPGRADE]))).toBe(
      'MB-ROLLBACK-NONE',
    );
  });

  it('says what is open again then, and which hand edits go', () => {
    const caddyfile = '/opt/matrix-bastion/caddy/config/Caddyfile';
    const wayBack = {
      replaces: [caddyfile, '/opt/matrix-bastion/.env'],
      opens: ['federation', 'registration'],
      moved: false,
    };
    expect(wayBackWarnings({ ...wayBack, opens: [] }, [])).toEqual([]);
    expect(wayBackWarnings(wayBack, [caddyfile, '/opt/matrix-bastion/compose.yaml'])).toEqual([
      expect.stringMatching(/^federation keeps out/),
      expect.stringMatching(/^registration is closed now/),
      expect.stringMatching(
        /^\/opt\/matrix-bastion\/caddy\/config\/Caddyfile, edited by hand, .*state\/replaced$/,
      ),
    ]);
  });

  it('is refused where it would lead to a database that is elsewhere now', () => {
    expect(lostWay({ moved: false })).toBeUndefined();
    expect(lostWay({ moved: true })).toMatchObject({
      code: 'MB-ROLLBACK-MOVED',
      safe: 'Nothing was changed.',
    });
  });

  it('is refused while the database does not answer', () => {
    expect(code(rollback(record('done'), { compat: undefined }))).toBe('MB-ROLLBACK-DATABASE');
  });
});
