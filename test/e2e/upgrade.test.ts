/**
 * One machine from an older Synapse to the newest, back, and there again with the run killed; then to versions that do not
 * start. What was said is read back after each.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { BIN } from '../support/product.ts';
import { newerRelease, olderRelease } from '../support/releases.ts';
import { watchedRun } from '../sweep/run.ts';
import { publishBrokenSynapse } from '../world/build/images.ts';
import { NOTHING_TO_DO, ROOT } from './life/server.ts';
import { Upgrading } from './upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';

const DOMAIN = 'up-grade.test';
const OLD = '1.160.0';
const NEW = '1.163.2';
const ACCEPT = ['--accept', 'room-version-12'];

describe('an upgrade of Synapse', () => {
  let server: Upgrading;
  const onMachine = (script: string) => server.inside(script);

  /** Says something more and hears all that was ever said; returns the version that answered. */
  const talk = async (text: string): Promise<string> => {
    const { version, heard } = await server.talk(text);
    expect(heard).toEqual(server.said);
    return version;
  };

  let failed = false;
  beforeEach((context) => {
    context.skip(failed, 'a part before it failed');
    onTestFailed(() => {
      failed = true;
    });
  });

  let key = '';
  afterEach(async () => {
    if (failed) return;
    const now = await onMachine(`sha256sum ${ROOT}/synapse/keys/signing.key`);
    if (key !== '') expect(now).toBe(key);
    key = now;
  });

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    const domains = [DOMAIN, `matrix.${DOMAIN}`];
    server = new Upgrading(await freshMachine({ name: 'up-grade', domains }), DOMAIN);
  });
  afterAll(async () => {
    await removeMachine('up-grade');
    forgetDomain(DOMAIN);
  });

  it('begins with an older release', async () => {
    const run = await server.init(olderRelease(OLD), ...SMALL_DISTRO);
    expect(run.exitCode, run.all).toBe(0);
    expect(await talk('before')).toBe(OLD);
  });

  it('is not begun while a change is not acknowledged, or the last one is still at work', async () => {
    const before = await onMachine('docker ps -q --no-trunc | sort; cat /opt/matrix-bastion/.env');
    await server.query("insert into background_updates values ('ours', '{}', null, 99999)");
    const first = await server.init(BIN);
    expect(first.exitCode, first.all).toBe(4);
    expect(first.all).toContain('--accept room-version-12');
    const second = await server.init(BIN, ...ACCEPT);
    expect(second.exitCode, second.all).toBe(1);
    expect(second.all).toMatch(/MB-UPGRADE-BACKGROUND .* still busy with \d+ background update/);
    await server.query("delete from background_updates where update_name = 'ours'");
    await server.quiet();
    expect(await onMachine('docker ps -q --no-trunc | sort; cat /opt/matrix-bastion/.env')).toBe(before);
  });

  it('is not begun, and nothing stops, when its backup fails', async () => {
    const before = await onMachine('docker inspect --format "{{.State.StartedAt}}" $(docker ps -q)');
    // A folder where the backup is to be written, of a kind that nothing can be written to.
    await onMachine(
      'mkdir -p /var/backups/matrix-bastion-upgrade && mount -t tmpfs -o size=64k,nr_inodes=3 none /var/backups/matrix-bastion-upgrade',
    );
    const run = await server.init(BIN, ...ACCEPT);
    await onMachine('umount /var/backups/matrix-bastion-upgrade');
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toMatch(/MB-BACKUP-DISK .*\/var\/backups\/matrix-bastion-upgrade/s);
    expect(await onMachine('docker inspect --format "{{.State.StartedAt}}" $(docker ps -q)')).toBe(before);
    expect(await talk('after a backup that failed')).toBe(OLD);
  });

  it('leads to the new version, with a proved backup, and nothing is left to do', async () => {
    const run = await server.init(BIN, ...ACCEPT);
    expect(run.exitCode, run.all).toBe(0);
    expect(server.changes().filter((change) => /^(homeserver|database): /.test(change))).toEqual([
      expect.stringMatching(/^homeserver: pull ghcr\.io\/element-hq\/synapse:v1\.163\.2, beside what runs$/),
      expect.stringMatching(/^homeserver: let Synapse 1\.163\.2 itself validate/),
      expect.stringMatching(/^database: back up /),
      expect.stringMatching(/^database: put Synapse 1\.163\.2 in the place of 1\.160\.0/),
      expect.stringMatching(/^database: see Synapse's background updates/),
    ]);
    expect(run.all).toMatch(
      /Synapse 1\.160\.0 is 1\.163\.2 now; the longest time without an answer was [\d.]+ s/,
    );
    expect(await server.record()).toBe(`done\t${OLD}\t${NEW}`);
    expect(await onMachine('ls /var/backups/matrix-bastion-upgrade')).toMatch(/^up-grade\.test-.*\.tar$/);
    expect(await talk('after the upgrade')).toBe(NEW);
    const again = await server.init(BIN);
    expect(again.all).toMatch(NOTHING_TO_DO);
  });

  it('is taken back by hand', async () => {
    const run = await server.init(BIN, '--rollback');
    expect(run.exitCode, run.all).toBe(0);
    expect(await server.record()).toBe(`rolled-back\t${OLD}\t${NEW}`);
    expect(await talk('after going back')).toBe(OLD);
    const again = await server.init(BIN, '--rollback');
    expect(again.exitCode, again.all).toBe(4);
    expect(again.all).toContain('MB-ROLLBACK-NONE');
    const old = await server.init(olderRelease(OLD));
    expect(old.all).toMatch(NOTHING_TO_DO);
  });

  it('comes to its end although the run is killed in the middle', async () => {
    expect(await server.killedAt({ job: `starting Synapse ${NEW}` }, BIN, ...ACCEPT)).toBe(true);
    expect((await server.record()).split('\t')[0]).toBe('switching');
    const run = await server.init(BIN, ...ACCEPT);
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain('brought to its end first');
    expect(run.all).toMatch(/Nothing to do/);
    expect(await talk('after a run that was killed')).toBe(NEW);
  });

  it('comes to its end although the power goes in the middle', async () => {
    const back = await server.init(BIN, '--rollback');
    expect(back.exitCode, back.all).toBe(0);
    await server.quiet();
    const at = `job upgrade: starting Synapse ${NEW}`;
    const argv = server.command(BIN, ...ACCEPT);
    const over = await watchedRun(
      { vps: server.vps, domain: DOMAIN, argv },
      { way: 'power', at: new Set([at]) },
    );
    expect(over.endedAt).toEqual([at]);
    expect(over.exitCode, over.text).toBe(1);
    const run = await server.init(BIN, ...ACCEPT);
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain('brought to its end first');
    expect(await talk('after a power cut')).toBe(NEW);
  });

  it('is taken back by itself when the new version does not start', async () => {
    await publishBrokenSynapse('1.999.0');
    const run = await server.init(newerRelease('1.999.0'));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('FAILED MB-UPGRADE-REVERTED');
    expect(run.all).toContain('RuntimeError: this Synapse was broken on purpose');
    expect(run.all).toContain(`Synapse ${NEW} serves again`);
    expect(await talk('after a version that does not start')).toBe(NEW);
    expect((await server.init(BIN)).all).toMatch(NOTHING_TO_DO);
  });

  it('restores the database when that had been changed too far', async () => {
    await publishBrokenSynapse('1.999.1', 999);
    const run = await server.init(newerRelease('1.999.1', { schema: 999, compat: 999 }));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('RuntimeError: this Synapse was broken on purpose');
    expect(run.all).toMatch(/restored from \/var\/backups\/matrix-bastion-upgrade\/\S+\.tar/);
    expect(await server.query('select compat_version from schema_compat_version')).toBe('84');
    expect(await talk('after a restored database')).toBe(NEW);
    expect((await server.init(BIN)).all).toMatch(NOTHING_TO_DO);
  });

  it('can still be taken back after tries of another one that failed', async () => {
    expect(await server.record()).toBe(`done\t${OLD}\t${NEW}`);
    const run = await server.init(BIN, '--rollback');
    expect(run.exitCode, run.all).toBe(0);
    expect(await talk('after going back for good')).toBe(OLD);
  });
});
