/**
 * One machine from an older Synapse to the newest, back, and there again with the run killed; then to versions that do not
 * start. What was said is read back after each.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { adminPassword, BIN, initArguments } from '../support/product.ts';
import { newerRelease, olderRelease } from '../support/releases.ts';
import { publishBrokenSynapse } from '../world/build/images.ts';
import { operator, type Vps } from '../world/index.ts';
import { NOTHING_TO_DO, ROOT } from './life/server.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { until } from './variants/inside.ts';

const DOMAIN = 'up-grade.test';
const OLD = '1.160.0';
const NEW = '1.163.2';
const ACCEPT = ['--accept', 'room-version-12'];
const TALK = fileURLToPath(new URL('./upgrade/talk.ts', import.meta.url));

describe('an upgrade of Synapse', () => {
  let vps: Vps;
  let room: string | undefined;
  const said: string[] = [];

  const init = (bin: string, ...flags: string[]) =>
    operator.run([process.execPath, bin, ...initArguments({ vps, domain: DOMAIN, flags })]);
  const onMachine = async (script: string): Promise<string> => (await vps.exec(script)).stdout.trim();
  const query = (sql: string) =>
    onMachine(`docker exec matrix-bastion-postgres-1 psql -X -A -t -U synapse -d synapse -c "${sql}"`);
  const record = () => onMachine(`cut -f 1-3 ${ROOT}/state/upgrade/record`);
  const quiet = () =>
    until(
      vps,
      `[ "$(docker exec matrix-bastion-postgres-1 psql -X -A -t -U synapse -d synapse -c 'select count(*) from background_updates')" = 0 ]`,
      180,
    );

  /** Says something more, and finds all that was ever said; returns the version that answered. */
  const talk = async (text: string): Promise<string> => {
    said.push(text);
    const { stdout } = await operator.run([process.execPath, TALK], {
      input: JSON.stringify({
        baseUrl: `https://matrix.${DOMAIN}`,
        user: 'admin',
        password: adminPassword(DOMAIN),
        room,
        say: text,
      }),
      reject: true,
    });
    const heard = JSON.parse(stdout) as { room: string; texts: string[]; server: { version: string } };
    room = heard.room;
    expect(heard.texts).toEqual(said);
    return heard.server.version;
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
    vps = await freshMachine({ name: 'up-grade', domains: [DOMAIN, `matrix.${DOMAIN}`] });
  });
  afterAll(async () => {
    await removeMachine('up-grade');
    forgetDomain(DOMAIN);
  });

  it('begins with an older release', async () => {
    const run = await init(olderRelease(OLD), ...SMALL_DISTRO);
    expect(run.exitCode, run.all).toBe(0);
    expect(await talk('before')).toBe(OLD);
  });

  it('is not begun while a change is not acknowledged, or the last one is still at work', async () => {
    const before = await onMachine('docker ps -q --no-trunc | sort; cat /opt/matrix-bastion/.env');
    await query("insert into background_updates values ('ours', '{}', null, 99)");
    const first = await init(BIN);
    expect(first.exitCode, first.all).toBe(4);
    expect(first.all).toContain('--accept room-version-12');
    const second = await init(BIN, ...ACCEPT);
    expect(second.exitCode, second.all).toBe(1);
    expect(second.all).toMatch(/MB-UPGRADE-BACKGROUND .* still busy with \d+ background update/);
    await query("delete from background_updates where update_name = 'ours'");
    await quiet();
    expect(await onMachine('docker ps -q --no-trunc | sort; cat /opt/matrix-bastion/.env')).toBe(before);
  });

  it('is not begun, and nothing stops, when its backup fails', async () => {
    const before = await onMachine('docker inspect --format "{{.State.StartedAt}}" $(docker ps -q)');
    // A folder where the backup is to be written, of a kind that nothing can be written to.
    await onMachine(
      'mkdir -p /var/backups/matrix-bastion-upgrade && mount -t tmpfs -o size=64k,nr_inodes=3 none /var/backups/matrix-bastion-upgrade',
    );
    const run = await init(BIN, ...ACCEPT);
    await onMachine('umount /var/backups/matrix-bastion-upgrade');
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toMatch(/MB-BACKUP-DISK .*\/var\/backups\/matrix-bastion-upgrade/s);
    expect(await onMachine('docker inspect --format "{{.State.StartedAt}}" $(docker ps -q)')).toBe(before);
    expect(await talk('after a backup that failed')).toBe(OLD);
  });

  it('leads to the new version, with a proved backup, and nothing is left to do', async () => {
    const run = await init(BIN, ...ACCEPT);
    expect(run.exitCode, run.all).toBe(0);
    const at = (text: RegExp) => run.all.search(text);
    const order = [
      /pulled ghcr\.io\/element-hq\/synapse:v1\.163\.2/,
      /Synapse 1\.163\.2 validates the new configuration/,
      /dumping the database/,
      /starting Synapse 1\.163\.2/,
      /Synapse 1\.163\.2 answers/,
    ].map(at);
    expect(Math.min(...order), run.all).toBeGreaterThan(0);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(run.all).toMatch(
      /Synapse 1\.160\.0 is 1\.163\.2 now; the longest time without an answer was [\d.]+ s/,
    );
    expect(await record()).toBe(`done\t${OLD}\t${NEW}`);
    expect(await onMachine('ls /var/backups/matrix-bastion-upgrade')).toMatch(/^up-grade\.test-.*\.tar$/);
    expect(await talk('after the upgrade')).toBe(NEW);
    const again = await init(BIN);
    expect(again.all).toMatch(NOTHING_TO_DO);
  });

  it('is taken back by hand', async () => {
    const run = await init(BIN, '--rollback');
    expect(run.exitCode, run.all).toBe(0);
    expect(await record()).toBe(`rolled-back\t${OLD}\t${NEW}`);
    expect(await talk('after going back')).toBe(OLD);
    const again = await init(BIN, '--rollback');
    expect(again.exitCode, again.all).toBe(4);
    expect(again.all).toContain('MB-ROLLBACK-NONE');
    const old = await init(olderRelease(OLD));
    expect(old.all).toMatch(NOTHING_TO_DO);
  });

  it('comes to its end although the run is killed in the middle', async () => {
    const argv = [process.execPath, BIN, ...initArguments({ vps, domain: DOMAIN, flags: ACCEPT })];
    const child = operator.spawn(argv, { stdin: 'ignore', all: true, buffer: false, reject: false });
    const seen = new Promise<void>((resolve) => {
      let text = '';
      child.all.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        if (text.includes(`starting Synapse ${NEW}`)) resolve();
      });
    });
    await Promise.race([seen, child]);
    child.kill('SIGKILL');
    await child;
    expect((await record()).split('\t')[0]).toBe('switching');
    const run = await init(BIN, ...ACCEPT);
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain('brought to its end first');
    expect(run.all).toMatch(/Nothing to do/);
    expect(await talk('after a run that was killed')).toBe(NEW);
  });

  it('is taken back by itself when the new version does not start', async () => {
    await publishBrokenSynapse('1.999.0');
    const run = await init(newerRelease('1.999.0'));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('FAILED MB-UPGRADE-REVERTED');
    expect(run.all).toContain('RuntimeError: this Synapse was broken on purpose');
    expect(run.all).toContain(`Synapse ${NEW} serves again`);
    expect(await talk('after a version that does not start')).toBe(NEW);
    expect((await init(BIN)).all).toMatch(NOTHING_TO_DO);
  });

  it('restores the database when that had been changed too far', async () => {
    await publishBrokenSynapse('1.999.1', 999);
    const run = await init(newerRelease('1.999.1', { schema: 999, compat: 999 }));
    expect(run.exitCode, run.all).toBe(1);
    expect(run.all).toContain('RuntimeError: this Synapse was broken on purpose');
    expect(run.all).toMatch(/restored from \/var\/backups\/matrix-bastion-upgrade\/\S+\.tar/);
    expect(await query('select compat_version from schema_compat_version')).toBe('84');
    expect(await talk('after a restored database')).toBe(NEW);
    expect((await init(BIN)).all).toMatch(NOTHING_TO_DO);
  });
});
