/**
 * One machine from an older Synapse to the newest, back, and there again with the run killed; then to versions that do not
 * start. What was said is read back after each.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { BIN } from '../support/product.ts';
import { newerRelease, olderRelease } from '../support/releases.ts';
import { TwoPeople } from '../support/two-people.ts';
import { publishBrokenSynapse } from '../world/build/images.ts';
import { figure, showFigures } from './life/figures.ts';
import { NOTHING_TO_DO, ROOT, Server } from './life/server.ts';
import { restartOfSynapse } from './upgrade/restart.ts';
import { Upgrading } from './upgrade/upgrading.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { until } from './variants/inside.ts';

const DOMAIN = 'up-grade.test';
const OLD = '1.160.0';
const NEW = '1.163.2';
const ACCEPT = ['--accept', 'room-version-12'];
/** What somebody adds to files of ours: every upgrade, and every way back, leaves it where it is. */
const BY_HAND = {
  'compose.yaml': 'x-by-hand: mine',
  'synapse/config/homeserver.yaml': 'x_by_hand: mine',
  'caddy/config/Caddyfile': '# by hand: mine',
};

describe('an upgrade of Synapse', () => {
  let server: Upgrading;
  let people: TwoPeople | undefined;
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
    for (const [path, line] of Object.entries(BY_HAND))
      expect(await onMachine(`grep -c '^${line}$' ${ROOT}/${path}`), path).toBe('1');
  });

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    const domains = [DOMAIN, `matrix.${DOMAIN}`];
    server = new Upgrading(await freshMachine({ name: 'up-grade', domains }), DOMAIN);
  });
  afterAll(async () => {
    showFigures();
    people?.kill();
    await removeMachine('up-grade');
    forgetDomain(DOMAIN);
  });

  it('begins with an older release', async () => {
    const run = await server.init(olderRelease(OLD), ...SMALL_DISTRO);
    expect(run.exitCode, run.all).toBe(0);
    expect(await talk('before')).toBe(OLD);
    for (const [path, line] of Object.entries(BY_HAND)) await onMachine(`echo '${line}' >>${ROOT}/${path}`);
    const taken = await server.init(olderRelease(OLD));
    expect(taken.exitCode, taken.all).toBe(0);
    people = await TwoPeople.begin(new Server(server.vps, DOMAIN));
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

  it('waits for what is left of the last one, leads to the new version, and nothing is left to do', async () => {
    // Those of an installation may be done already.
    await server.query("insert into background_updates values ('ours', '{}', null, 99999)");
    const run = await server.initAfterWaiting(BIN, ['--wait', '10m', ...ACCEPT], () =>
      server.query("delete from background_updates where update_name = 'ours'"),
    );
    expect(run.all).toMatch(/Waiting: Synapse 1\.160\.0 is still busy with \d+ background update/);
    expect(run.exitCode, run.all).toBe(0);
    expect(server.changes().filter((change) => /^(homeserver|database): /.test(change))).toEqual([
      expect.stringMatching(/^homeserver: pull ghcr\.io\/element-hq\/synapse:v1\.163\.2, beside what runs$/),
      expect.stringMatching(/^homeserver: let Synapse 1\.163\.2 itself validate/),
      expect.stringMatching(/^database: back up /),
      expect.stringMatching(
        /^database: let Synapse 1\.163\.2 bring a copy of the database's schema to its own form/,
      ),
      expect.stringMatching(/^database: put Synapse 1\.163\.2 in the place of 1\.160\.0/),
      expect.stringMatching(/^database: see Synapse's background updates/),
    ]);
    expect(run.all).toMatch(
      /Synapse 1\.160\.0 is 1\.163\.2 now; the longest time without an answer was [\d.]+ s/,
    );
    expect(await server.record()).toBe(`done\t${OLD}\t${NEW}`);
    expect(await onMachine('ls /var/backups/matrix-bastion-upgrade')).toMatch(/^up-grade\.test-.*\.tar$/);
    const [, away = ''] = /longest time without an answer was ([\d.]+) s/.exec(run.all) ?? [];
    figure('an upgrade: the longest time without an answer', `${away} s`);
    figure('a restart of Synapse alone, until it answers', `${await restartOfSynapse(server.vps)} s`);
    expect(await talk('after the upgrade')).toBe(NEW);
    await people?.areServed('after the upgrade');
    expect(await server.record(10)).toBe('yes');
    // The account that asks: in nobody's way, and with no login that stays.
    expect(
      await server.query(
        "select name, admin, user_type, (select count(*) from devices where user_id = name) from users where name like '%health%'",
      ),
    ).toBe(`@matrix-bastion-health:${DOMAIN}|0|bot|0`);
    const again = await server.init(BIN);
    expect(again.all).toMatch(NOTHING_TO_DO);
  });

  it('is taken back by hand, and by the machine itself after a power cut with the other files in place', async () => {
    const later = 'federation_domain_whitelist: [x.test] # by hand, later';
    const config = `${ROOT}/synapse/config/homeserver.yaml`;
    await onMachine(`echo '${later}' >>${config}`);
    const shown = await server.init(BIN, '--rollback', '--dry-run');
    expect(shown.all).toMatch(
      /homeserver\.yaml, edited by hand, is as it was then; a copy .*state\/replaced/,
    );
    expect(shown.all).toContain('federation keeps out servers now that it let in then');
    expect(await server.killedAt({ job: `starting Synapse ${OLD}` }, BIN, '--rollback')).toBe(true);
    await server.vps.powerCut();
    await server.vps.start();
    // Nobody runs anything: one image never comes up with the other's configuration.
    const state = `${ROOT}/state/upgrade`;
    // What the machine goes on with is the last thing that goes.
    await until(server.vps, `grep -q ^rolled-back ${state}/record && ! test -e ${state}/resume.sh`, 600);
    expect(await server.record()).toBe(`rolled-back\t${OLD}\t${NEW}`);
    expect(
      await onMachine(
        'docker inspect --format "{{.HostConfig.RestartPolicy.Name}}" $(docker ps -aq) | sort -u; ls /etc/systemd/system | grep matrix-bastion || true',
      ),
    ).toBe('always');
    // What was edited since is not where it was, and not lost.
    expect(await onMachine(`grep -c '${later}' ${config} || true`)).toBe('0');
    expect(await onMachine(`grep -rlF '${later}' ${ROOT}/state/replaced`)).toMatch(/homeserver\.yaml$/);
    expect(await talk('after going back')).toBe(OLD);
    await people?.areServed('after going back');
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

  it('is not begun when the new version cannot bring a copy of the schema to its own form', async () => {
    const before = await onMachine('docker inspect --format "{{.State.StartedAt}}" $(docker ps -q)');
    await publishBrokenSynapse('1.998.0', 'schema');
    const run = await server.init(newerRelease('1.998.0'));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('FAILED MB-UPGRADE-SCHEMA');
    expect(run.all).toContain('RuntimeError: this schema was broken on purpose');
    expect(await onMachine('docker inspect --format "{{.State.StartedAt}}" $(docker ps -q)')).toBe(before);
    expect(
      await onMachine(
        `docker ps -a --format '{{.Names}}' | grep try; ls ${ROOT}/state/upgrade | grep try; true`,
      ),
    ).toBe('');
  });

  it('is taken back by itself when people cannot send with the new version, which answers otherwise', async () => {
    await publishBrokenSynapse('1.998.1', 'send');
    const run = await server.init(newerRelease('1.998.1'));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('FAILED MB-UPGRADE-REVERTED');
    expect(run.all).toMatch(/as a person: PUT \/_matrix\/client\/v3\/rooms\/\S+ 500/);
    expect(run.all).toContain(`Synapse ${NEW} serves again`);
    expect(await talk('after a version that sends nothing')).toBe(NEW);
    expect((await server.init(BIN)).all).toMatch(NOTHING_TO_DO);
  });

  it('is taken back when the new version does not start, with the database when that was changed too far', async () => {
    await publishBrokenSynapse('1.999.1', 'start', 999);
    const run = await server.init(newerRelease('1.999.1', { schema: 999, compat: 999 }));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('RuntimeError: this Synapse was broken on purpose');
    expect(run.all).toMatch(/restored from \/var\/backups\/matrix-bastion-upgrade\/\S+\.tar/);
    expect(await server.query('select compat_version from schema_compat_version')).toBe('84');
    expect(await talk('after a restored database')).toBe(NEW);
    await people?.areServed('after a restored database');
    expect((await server.init(BIN)).all).toMatch(NOTHING_TO_DO);
  });

  it('can still be taken back after tries of another one that failed', async () => {
    expect(await server.record()).toBe(`done\t${OLD}\t${NEW}`);
    const run = await server.init(BIN, '--rollback');
    expect(run.exitCode, run.all).toBe(0);
    expect(await talk('after going back for good')).toBe(OLD);
    await people?.areServed('after going back for good');
  });
});
