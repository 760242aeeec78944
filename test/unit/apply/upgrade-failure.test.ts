import { describe, expect, it } from 'vitest';
import { upgradeFailure } from '../../../src/apply/upgrade-failure.ts';

const WORK = { action: 'switch', from: '1.160.0', to: '1.163.2', backup: '/var/backups/x.tar' } as const;
const RED = [
  'starting Synapse 1.163.2',
  'MB-UPGRADE-RED synapse: restarting, exit code 1, restarted 2 times',
  '| Starting synapse with args',
  '| RuntimeError: this Synapse was broken on purpose',
  '| Starting synapse with args',
  'putting Synapse 1.160.0 back',
];

describe('an upgrade that failed', () => {
  it("shows the failing container's own error, and that the old version serves", () => {
    const { text, exitCode } = upgradeFailure(WORK, [...RED, 'MB-UPGRADE-REVERTED 12.0'].join('\n'));
    expect(exitCode).toBe(1);
    expect(text.code).toBe('MB-UPGRADE-REVERTED');
    expect(text.what).toContain('Synapse 1.160.0 serves again');
    expect(text.why).toBe(
      'synapse: restarting, exit code 1, restarted 2 times\nRuntimeError: this Synapse was broken on purpose',
    );
    expect(text.safe).toContain('so are all data');
  });

  it('says what became of the database when it had to be restored', () => {
    const output = [...RED, 'MB-UPGRADE-RESTORED /data/cluster.1', 'MB-UPGRADE-REVERTED 40.1'].join('\n');
    expect(upgradeFailure(WORK, output).text.safe).toMatch(
      /restored from \/var\/backups\/x\.tar.*cluster\.1/,
    );
  });

  it('does not say that anything serves when nothing does', () => {
    const output = [
      ...RED,
      'MB-UPGRADE-RED synapse: exited, exit code 1, restarted 2 times',
      '| OSError: no space left on device',
      'MB-UPGRADE-STUCK Synapse 1.160.0 does not come up either',
    ].join('\n');
    const { text } = upgradeFailure(WORK, output);
    expect(text.code).toBe('MB-UPGRADE-STUCK');
    expect(text.why).toContain('does not come up either');
    expect(`${text.what} ${text.safe}`).not.toContain('serves');
  });

  it('tells one that was never begun from one that was taken back', () => {
    const { text } = upgradeFailure(WORK, "cp: error writing 'before.new': No space left on device\n");
    expect(text.code).toBe('MB-UPGRADE-STOPPED');
    expect(text.safe).toBe('Nothing was started or stopped.');
    expect(text.why).toContain('No space left on device');
  });

  it.each([
    'stopping workers',
    'stopping Synapse for the move from Postgres 15 to 17',
    'putting Synapse 1.160.0 back',
  ])('does not say of one that ended in the middle that nothing was stopped (%s)', (line) => {
    const { text } = upgradeFailure(WORK, `${line}\nsh: Killed\n`);
    expect(text.code).toBe('MB-UPGRADE-STUCK');
    expect(text.why).toContain('sh: Killed');
    expect(text.fix?.join()).toContain('goes on from here');
    expect(text.safe).not.toContain('Nothing was');
  });

  it('names Docker Compose where no container came to be', () => {
    const output = [
      'MB-UPGRADE-RED compose: Error response from daemon: no such image',
      'MB-UPGRADE-REVERTED 1.0',
    ].join('\n');
    expect(upgradeFailure(WORK, output).text.why).toContain('Docker Compose: Error response from daemon');
  });
});
