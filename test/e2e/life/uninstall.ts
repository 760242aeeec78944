import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { adminPassword, product } from '../../support/product.ts';
import { operator } from '../../world/index.ts';
import { logIn } from './ask.ts';
import type { TheLife } from './life.ts';
import { runLogs } from './log.ts';
import { findsNothingToDo, ROOT, type Server } from './server.ts';

/** A command that takes a machine and no answers. */
const onMachine = ({ vps }: Server, command: string, ...flags: string[]) =>
  product([command, `${vps.user}@${vps.ip}`, '--host-key', vps.fingerprint, '--non-interactive', ...flags]);

const KEY = `${ROOT}/synapse/keys/signing.key`;
/** The operator's copy of it. */
const COPY = join(operator.home, 'life.signing.key');

/** Whatever makes the server what it is. */
const IDENTITY = `sha256sum ${ROOT}/synapse/keys/signing.key ${ROOT}/secrets/*/* ${ROOT}/answers.yaml ${ROOT}/.env
cat ${ROOT}/state/database.born; cat ${ROOT}/synapse/conf.d/* 2>/dev/null || true`;

const EVERYTHING = `docker ps -a --format '{{.Names}} {{.State}}' | sort
find ${ROOT} -path '${ROOT}/*/data' -prune -o -printf '%p %m %U %T@\\n' | sort`;

export const uninstall = (life: TheLife): void => {
  describe('the lock of a run that hangs', () => {
    test('is shown and taken away, and only when somebody agreed', async () => {
      const { server } = life();
      // Held by process 1, which lives as long as the machine.
      await server.shell(`mkdir -p /run/matrix-bastion
printf 'abc 1 %s\\nanna on laptop (pid 7)\\n2026-01-02T03:04:05Z\\n%s\\n' "$(sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20)" "$(cat /proc/sys/kernel/random/boot_id)" >/run/matrix-bastion/run.lock`);
      const locked = await server.init('--rooms', '23');
      expect(locked.exitCode, locked.all).toBe(4);
      expect(locked.stderr).toContain('By anna on laptop (pid 7), since 2026-01-02T03:04:05Z.');
      const asked = await onMachine(server, 'unlock');
      expect(asked.exitCode, asked.all).toBe(2);
      expect(asked.stdout).toMatch(/Held by +anna on laptop \(pid 7\)/);
      expect((await onMachine(server, 'unlock', '--yes')).exitCode).toBe(0);
      expect((await onMachine(server, 'unlock')).stdout).toContain('Nobody holds the lock');
      await findsNothingToDo(server);
    });
  });

  describe('a server that is taken off its machine', () => {
    test('leaves its data, and comes back over them as what it was', async () => {
      const { server } = life();
      const password = adminPassword(server.domain);
      const before = await server.shell(IDENTITY);
      const all = await server.shell(EVERYTHING);
      const unasked = await onMachine(server, 'uninstall');
      expect(unasked.exitCode, unasked.all).toBe(2);
      expect(await server.shell(EVERYTHING)).toBe(all);

      const gone = await onMachine(server, 'uninstall', '--yes');
      expect(gone.exitCode, gone.all).toBe(0);
      expect(await server.shell('docker ps -aq; docker network ls -q --filter type=custom')).toBe('');
      expect(await server.shell(IDENTITY)).toBe(before);
      // compose.yaml was edited before: it stays, and its record with it.
      expect(gone.stdout).toMatch(/Edited, kept +.*compose\.yaml/);
      const files = `cd ${ROOT} && ls -d compose.yaml redis/config caddy/config/Caddyfile well-known 2>/dev/null || true`;
      expect((await server.shell(files)).trim()).toBe('compose.yaml');
      const again = await onMachine(server, 'uninstall', '--yes');
      expect(again.exitCode, again.all).toBe(0);

      const back = await server.init();
      expect(back.exitCode, back.all).toBe(0);
      expect(await server.shell(IDENTITY)).toBe(before);
      expect((await logIn(server.matrixHost, 'admin', password)).status).toBe(200);
      await findsNothingToDo(server);
    });

    test('goes with its data only for its domain, and never into another file system', async () => {
      const { server } = life();
      const before = await server.shell(EVERYTHING);
      const unasked = await onMachine(server, 'uninstall', '--purge', '--yes');
      expect(unasked.exitCode, unasked.all).toBe(2);
      const other = await onMachine(server, 'uninstall', '--purge', '--confirm', 'other.test');
      expect(other.exitCode, other.all).toBe(4);
      expect(await server.shell(EVERYTHING)).toBe(before);

      // A folder of the same disk, which no comparison of devices would tell.
      const place = `${ROOT}/well-known/mounted`;
      await server.shell(`mkdir -p /srv/precious ${place}; echo kept >/srv/precious/file
mount --bind /srv/precious ${place}; echo mine >${ROOT}/mine.txt`);
      const mounted = await onMachine(server, 'uninstall', '--purge', '--confirm', server.domain);
      expect(mounted.exitCode, mounted.all).toBe(1);
      expect(mounted.stderr).toContain('MB-PURGE-MOUNT');
      expect(Object.keys(await server.startTimes())).toHaveLength(4);
      await server.shell(`umount ${place}; rmdir ${place}`);

      rmSync(COPY, { force: true });
      const copied = await onMachine(server, 'backup', '--signing-key', COPY);
      expect(copied.exitCode, copied.all).toBe(0);
      expect(statSync(COPY).mode & 0o777).toBe(0o600);
      expect(readFileSync(COPY, 'utf8').trim()).toBe(await server.shell(`cat ${KEY}`));
      expect(copied.all).not.toContain(readFileSync(COPY, 'utf8').trim().split(' ')[2]);
      const again = await onMachine(server, 'backup', '--signing-key', COPY);
      expect(again.stdout).toContain('Nothing to do');
      const paper = await onMachine(server, 'backup', '--signing-key', '-');
      expect(paper.stdout).toContain(readFileSync(COPY, 'utf8').trim());

      const purged = await onMachine(server, 'uninstall', '--purge', '--confirm', server.domain);
      expect(purged.exitCode, purged.all).toBe(0);
      expect(purged.stderr).toContain(`${ROOT}/mine.txt`);
      expect(await server.shell('docker ps -aq; cat /srv/precious/file')).toBe('kept');
      const left = (await server.shell(`find ${ROOT} -type f`)).split('\n').filter(Boolean);
      // The operator's own files, and copies of what was edited.
      expect(left.filter((path) => !/\.yours-|\/conf\.d\/|mine\.txt$/.test(path))).toEqual([]);
    });

    test('comes back under its name with the copy of its signing key, and with no other', async () => {
      const { server } = life();
      const refused = await server.init();
      expect(refused.exitCode, refused.all).toBe(4);
      expect(refused.stderr).toMatch(/MB-KEY-RECORDED[\s\S]*run this again with --signing-key-file FILE/);
      const other = join(operator.home, 'other.key');
      writeFileSync(other, `ed25519 a_Other ${'A'.repeat(43)}\n`);
      const wrong = await server.init('--signing-key-file', other);
      expect(wrong.exitCode, wrong.all).toBe(4);
      expect(wrong.stderr).toContain('MB-KEY-OTHER');

      const back = await server.init('--signing-key-file', COPY);
      expect(back.exitCode, back.all).toBe(0);
      expect(back.stdout).toMatch(/put the signing key ed25519:\w+ of life\.test in place/);
      expect(await server.shell(`cat ${KEY}`)).toBe(readFileSync(COPY, 'utf8').trim());
      expect(await server.shell(`stat -c '%u %g %a' ${KEY}`)).toBe('991 991 600');
      await findsNothingToDo(server);
      const [, , seed = ''] = readFileSync(COPY, 'utf8').trim().split(' ');
      for (const log of runLogs(server.domain)) expect(log).not.toContain(seed);
    });
  });
};
