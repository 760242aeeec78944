/**
 * A server is backed up, lost, and brought back on another machine with another Debian. Its clients stay what they
 * were: nobody logs in anew.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshMachine } from '../support/fresh.ts';
import { BIN, product } from '../support/product.ts';
import { TwoPeople } from '../support/two-people.ts';
import { createVps, dns, dockerRepo, machines, objectStore, operator, type Vps } from '../world/index.ts';
import { figure, seconds, showFigures } from './life/figures.ts';
import { findsNothingToDo, ROOT, Server } from './life/server.ts';

const DOMAIN = 'bk-life.test';
const SMALL = { cpus: 2, memory: '2G' } as const;
const KEPT = '/srv/backups';

/** The new machine has another Debian, whose own Docker will not do. */
const DIFFERENT = [
  ...['--docker-source', 'docker', '--docker-mirror', dockerRepo.url.replace(/\/debian$/, '')],
  ...['--docker-mirror-fingerprint', dockerRepo.fingerprint],
];

/** A command on a machine, as the operator types it. */
const on = (vps: Vps, words: (target: string) => readonly string[]) =>
  product([...words(`${vps.user}@${vps.ip}`), '--host-key', vps.fingerprint, '--non-interactive']);

const backup = (vps: Vps, ...flags: string[]) => on(vps, (target) => ['backup', target, ...flags]);
const restore = (file: string, vps: Vps, ...flags: string[]) =>
  on(vps, (target) => ['restore', file, target, ...flags]);

const signingKey = (vps: Vps) =>
  vps.exec(`base64 <${ROOT}/synapse/keys/signing.key`).then(({ stdout }) => stdout);
const key = async (vps: Vps) => {
  const { stdout } = await vps.exec('apt-get install -yqq age >/dev/null 2>&1; age-keygen 2>/dev/null');
  return { secret: stdout, recipient: /age1\S+/.exec(stdout)?.[0] ?? '' };
};

describe('a server that is lost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backup-e2e-'));
  const identity = join(folder, 'key.txt');
  const credentials = join(folder, 'credentials');
  const inStore = ({ endpoint }: { readonly endpoint: string }) => [
    ...['--s3-credentials-file', credentials, '--s3-endpoint', endpoint],
  ];
  let old: Server;
  let fresh: Vps;
  let talking: TwoPeople | undefined;
  let theKey = '';
  let store: Awaited<ReturnType<typeof objectStore>> | undefined;
  /** Both encrypted: on a machine, and in the object store with the flags that open it. */
  let file = '';
  let inBucket: readonly [string, ...string[]] = [''];

  beforeAll(async () => {
    await machines()
      .find(({ name }) => name === 'bk-new')
      ?.remove();
    const [first, second] = await Promise.all([
      freshMachine('bk-old', DOMAIN, SMALL),
      createVps({ name: 'bk-new', os: 'debian-12', user: 'root', ...SMALL }),
    ]);
    old = new Server(first, DOMAIN);
    fresh = second;
    const run = await old.init('--tier', 'custom', '--rooms', '20', '--docker-source', 'distro');
    expect(run.exitCode, run.all).toBe(0);
    theKey = await signingKey(first);
  });
  afterAll(async () => {
    showFigures();
    talking?.kill();
    rmSync(folder, { recursive: true });
    await store?.remove();
    await old?.vps.remove();
    await fresh?.remove();
    // Set by hand, so they do not go with a machine.
    await dns.remove(DOMAIN, `matrix.${DOMAIN}`);
  });

  test('has two people who talk encrypted', async () => {
    talking = await TwoPeople.begin(old);
  });

  test('cannot be backed up where root is not let in, or where there is no room', async () => {
    const stranger = await backup(old.vps, '--to', `root@${fresh.ip}:${KEPT}`);
    expect(stranger.exitCode, stranger.all).toBe(4);
    expect(stranger.all).toContain('MB-BACKUP-REMOTE');
    await old.shell('mkdir /small && mount -t tmpfs -o size=4m tmpfs /small');
    const full = await backup(old.vps, '--to', '/small');
    expect(full.exitCode, full.all).toBe(4);
    expect(full.all).toContain('MB-BACKUP-DISK');
    expect(await old.shell('ls -A /small')).toBe('');
  });

  test('is backed up on itself, for root alone, without one-time keys', async () => {
    const run = await backup(old.vps, '--keep', '1');
    expect(run.exitCode, run.all).toBe(0);
    figure('a backup of a small server', seconds(run.milliseconds));
    expect(await old.shell('stat -c "%a %U" /var/backups/matrix-bastion /var/backups/matrix-bastion/*')).toBe(
      '700 root\n600 root',
    );
    const proof = await old.shell(
      'cd /var/backups/matrix-bastion && tar -xOf *.tar proof.json; tar -xOf *.tar --wildcards "database.dump/*" | docker exec -i matrix-bastion-postgres-1 pg_restore -a -f - | grep -c "^COPY public.e2e_one_time_keys_json" || true',
    );
    const [rows = '', copies] = proof.trim().split('\n');
    expect(copies).toBe('0');
    const counted = JSON.parse(rows) as { rows: Record<string, number> };
    expect(counted.rows['public.events']).toBe(Number((await old.query('select count(*) from events'))[0]));
    expect(counted.rows['public.users']).toBe(3);
    expect(Number((await old.query('select count(*) from e2e_one_time_keys_json'))[0])).toBeGreaterThan(0);
  });

  test('is backed up to an object store, which keeps the newest alone, and is verified from there', async () => {
    store = await objectStore('bk-life');
    const place = ['--to', `s3://${store.bucket}/matrix`];
    const open = await backup(old.vps, ...place);
    expect(open.exitCode, open.all).toBe(4);
    expect(open.all).toContain('MB-BACKUP-UNENCRYPTED');
    const to = [...place, '--keep', '1', '--unencrypted'];
    const unknown = await backup(old.vps, ...to);
    expect(unknown.exitCode, unknown.all).toBe(4);
    expect(unknown.all).toContain('MB-BACKUP-S3');
    const secretKey = 'object/store+secret';
    writeFileSync(credentials, `aws_access_key_id = AKIATEST\naws_secret_access_key = ${secretKey}\n`);
    const keys = inStore(store);
    const first = await backup(old.vps, ...to, ...keys);
    expect(first.exitCode, first.all).toBe(0);
    const before = Object.keys(await store.objects());
    expect(before).toEqual([expect.stringMatching(/^matrix\/bk-life\.test-[\dTZ-]+\.tar$/)]);
    // The machine has kept the keys.
    const second = await backup(old.vps, ...to);
    expect(second.exitCode, second.all).toBe(0);
    const [kept = '', ...more] = Object.keys(await store.objects());
    expect(more).toEqual([]);
    expect(kept > (before[0] ?? '')).toBe(true);
    const list = await backup(old.vps, ...place, '--list');
    expect(list.exitCode, list.all).toBe(0);
    expect(list.stdout).toContain(`s3://${store.bucket}/${kept}`);
    const verified = await backup(old.vps, '--verify', `s3://${store.bucket}/${kept}`);
    expect(verified.exitCode, verified.all).toBe(0);
    expect(verified.stdout).toMatch(/Rows +\d+ in \d+ tables: as many as when it was made/);
    const leaks = `grep -rlF '${secretKey}' ${ROOT} /run /var/log /etc /root 2>/dev/null || true`;
    expect(await old.shell(leaks)).toBe(`${ROOT}/secrets/backup/rclone.conf`);
    expect(await old.shell(`stat -c '%a %U' ${ROOT}/secrets/backup/rclone.conf`)).toBe('600 root');
    expect([first, second, verified].some(({ all }) => all.includes(secretKey))).toBe(false);
    await findsNothingToDo(old);
  });

  test('is backed up to another machine, encrypted: what its own secrets are shows nowhere', async () => {
    await old.shell('ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519');
    const own = await old.shell('cat /root/.ssh/id_ed25519.pub');
    await fresh.exec('mkdir -p /root/.ssh && cat >>/root/.ssh/authorized_keys', { input: own });
    await old.shell(`ssh -o StrictHostKeyChecking=accept-new root@${fresh.ip} true`);
    const { secret, recipient } = await key(old.vps);
    writeFileSync(identity, secret, { mode: 0o600 });
    const run = await backup(old.vps, '--to', `root@${fresh.ip}:${KEPT}`, '--recipient', recipient);
    expect(run.exitCode, run.all).toBe(0);
    const { stdout } = await fresh.exec(`ls ${KEPT}`);
    expect(stdout).toMatch(/^bk-life\.test-\S+\.tar\.age$/);
    file = `host:${KEPT}/${stdout.trim()}`;
    const secretText = (await old.shell(`cat ${ROOT}/secrets/synapse/form_secret`)).trim();
    const { stdout: found } = await fresh.exec(`grep -c ${secretText} ${KEPT}/* || true`);
    expect(found).toBe('0');
    expect(run.all).not.toContain(secretText);
    if (store === undefined) throw new Error('the object store could not be made');
    const kept = await backup(old.vps, '--to', `s3://${store.bucket}/sealed`, '--recipient', recipient);
    expect(kept.exitCode, kept.all).toBe(0);
    const sealed = Object.keys(await store.objects()).find((name) => name.endsWith('.age'));
    inBucket = [`s3://${store.bucket}/${sealed}`, ...inStore(store)];
  });

  test('is not restored over a server, nor from half a backup, nor while its names lead elsewhere', async () => {
    const over = await restore(file, old.vps, '--age-identity-file', identity);
    expect(over.exitCode, over.all).toBe(4);
    expect(over.all).toContain('MB-RESTORE-OCCUPIED');

    const half = join(folder, 'half.tar');
    const whole = await old.shell('base64 /var/backups/matrix-bastion/*.tar');
    const bytes = Buffer.from(whole, 'base64');
    writeFileSync(half, bytes.subarray(0, bytes.length * 0.8));
    const cut = await restore(half, fresh);
    expect(cut.exitCode, cut.all).toBe(1);
    expect(cut.all).toContain('MB-BACKUP-DAMAGED');

    const sealed = await restore(file, fresh);
    expect(sealed.all).toContain('--age-identity-file');
    expect(sealed.exitCode).toBe(1);
    const early = await restore(file, fresh, '--age-identity-file', identity, ...DIFFERENT);
    expect(early.all).toContain('MB-DNS-ELSEWHERE');
    expect(early.exitCode).toBe(1);
    await fresh.exec(`test ! -e ${ROOT} && test ! -e /run/matrix-bastion/age.identity`);
  });

  test('loses its machine again while it is loaded: nothing of it serves', async () => {
    await old.shell(`cd ${ROOT} && docker compose down`);
    for (const name of [DOMAIN, `matrix.${DOMAIN}`]) await dns.set(name, { a: fresh.ip, aaaa: fresh.ip6 });
    const [bucket, ...keys] = inBucket;
    const words = [
      'restore',
      bucket,
      `root@${fresh.ip}`,
      ...keys,
      '--age-identity-file',
      identity,
      ...DIFFERENT,
    ];
    const running = operator.spawn(
      [process.execPath, BIN, ...words, '--host-key', fresh.fingerprint, '--non-interactive'],
      { reject: false as const },
    );
    const loading = async () => {
      const { stdout } = await fresh.exec(`ls -d ${ROOT}/postgres/data/.restore.* 2>/dev/null || true`);
      return stdout !== '';
    };
    const endsEarly = running.then(({ stderr }) => {
      throw new Error(`It ended before it loaded anything:\n${stderr}`);
    });
    await Promise.race([endsEarly, expect.poll(loading, { timeout: 12 * 60_000, interval: 200 }).toBe(true)]);
    running.kill('SIGKILL');
    await fresh.stop();
    await fresh.start();
    const { stdout } = await fresh.exec(
      `cut -d ' ' -f 1 ${ROOT}/state/restore; ls ${ROOT}/postgres/data/cluster 2>/dev/null | head -n 1; docker ps -q`,
    );
    await running;
    expect(stdout).toBe('pending');
    expect(await signingKey(fresh)).toBe(theKey);
  });

  test('comes back on another machine', async () => {
    const [bucket, ...keys] = inBucket;
    const run = await restore(bucket, fresh, ...keys, '--age-identity-file', identity, ...DIFFERENT);
    expect(run.exitCode, run.all).toBe(0);
    figure('the same server on a fresh machine, with Docker and pulls', seconds(run.milliseconds));
    expect(await signingKey(fresh)).toBe(theKey);
    await fresh.exec('test ! -e /run/matrix-bastion/age.identity -a ! -e /run/matrix-bastion/rclone.conf');
    const judged = await product([
      'check',
      DOMAIN,
      ...['10.99.0.0/24', 'fd6d:6278:99::/64'].flatMap((network) => ['--federate-with', network]),
    ]);
    expect(judged.exitCode, judged.all).toBe(0);
  });

  test('its people go on where they were', async () => {
    await talking?.areServed('on another machine');
    const now = new Server(fresh, DOMAIN);
    expect(Number((await now.query('select count(*) from e2e_one_time_keys_json'))[0])).toBeGreaterThan(0);
  });

  test('is done: neither command finds anything to do, on the new machine', async () => {
    const [bucket, ...keys] = inBucket;
    const again = await restore(bucket, fresh, ...keys, '--age-identity-file', identity, ...DIFFERENT);
    expect(again.all).toContain('Nothing to do');
    expect(again.exitCode).toBe(0);
    await findsNothingToDo(new Server(fresh, DOMAIN));
  });

  test('gets a timer that has made a backup, and that backup would bring it back', async () => {
    const none = await backup(fresh, '--list');
    expect(none.exitCode, none.all).toBe(1);
    expect(none.all).toMatch(/Last good one +none/);
    const set = await backup(fresh, '--schedule', 'weekly');
    expect(set.exitCode, set.all).toBe(0);
    expect(set.all).toMatch(/Next: Sun /);
    const again = await backup(fresh, '--schedule', 'weekly');
    expect(again.all).toContain('Nothing to do');
    const listed = await backup(fresh, '--list');
    expect(listed.exitCode, listed.all).toBe(0);
    const made = /\/var\/backups\/\S+\.tar/.exec(listed.all)?.[0] ?? '';
    const verified = await backup(fresh, '--verify', `host:${made}`);
    expect(verified.exitCode, verified.all).toBe(0);
    expect(verified.all).toMatch(/Media +1 files, 1 of them compared with the hashes of their originals/);
    figure('a backup of a small server, loaded and counted', seconds(verified.milliseconds));
    const { stdout: left } = await fresh.exec(
      'docker ps -a --format "{{.Names}}"; ls -A /var/backups/matrix-bastion',
    );
    expect(left).not.toMatch(/scratch|\.verify/);
  });

  test('is told when its timer was stopped, a backup was killed, and the last good one is old', async () => {
    const service = 'matrix-bastion-backup.service';
    await fresh.exec(`systemctl stop matrix-bastion-backup.timer
sed -i 's/"made":"[^"]*"/"made":"2020-01-01T000000Z"/' ${ROOT}/state/backup.last
systemctl start --no-block ${service}
until systemctl show -p ActiveState ${service} | grep -q activating; do sleep 0.1; done
systemctl kill -s KILL ${service}
until systemctl show -p ActiveState ${service} | grep -q failed; do sleep 0.1; done
test ! -e ${ROOT}/state/backup.failed`);
    const list = await backup(fresh, '--list');
    expect(list.exitCode, list.all).toBe(1);
    const told = [
      /failed: it ended before it could say why \(systemd: signal\)/,
      /the timer is set and does not run \(inactive, enabled\)/,
      /the last good one is \d{4} days old, and there should be one weekly/,
    ];
    for (const trouble of told) expect(list.stdout).toMatch(trouble);
    const init = await new Server(fresh, DOMAIN).init();
    expect(init.exitCode, init.all).toBe(0);
    expect(init.all).toContain('Nothing to do');
    const disk = await on(fresh, (target) => ['disk', target]);
    expect(disk.exitCode, disk.all).toBe(0);
    for (const { all } of [init, disk]) {
      expect(all).toMatch(/^WARNING .*Backups are scheduled and not in order: /m);
      for (const trouble of told) expect(all).toMatch(trouble);
    }
    const set = await backup(fresh, '--schedule', 'weekly');
    expect(set.exitCode, set.all).toBe(0);
    const again = await backup(fresh, '--list');
    expect(again.exitCode, again.all).toBe(0);
    await findsNothingToDo(new Server(fresh, DOMAIN));
  });

  test('loses its timer when that is wanted', async () => {
    const never = await backup(fresh, '--schedule', 'never');
    expect(never.exitCode, never.all).toBe(0);
    await fresh.exec(`test ! -e ${ROOT}/backup && ! systemctl cat matrix-bastion-backup.timer 2>/dev/null`);
  });
});
