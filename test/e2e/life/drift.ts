import { describe, expect, test } from 'vitest';
import { askOne, logIn } from './ask.ts';
import type { TheLife } from './life.ts';
import { findsNothingToDo, ROOT, repairs } from './server.ts';

const HOMESERVER = `${ROOT}/synapse/config/homeserver.yaml`;
const CONFD = `${ROOT}/synapse/conf.d`;

/** Logins come from one address here; the operator's own settings lift the limit, and stay for the whole test. */
const NO_LOGIN_LIMIT = `# mine
rc_login:
  address: { per_second: 1000, burst_count: 1000 }
  account: { per_second: 1000, burst_count: 1000 }
  failed_attempts: { per_second: 1000, burst_count: 1000 }
`;

/** The operator's own setting in conf.d: taken over, kept, and needed by the parts that log in often. */
export const ownSettings = (life: TheLife): void => {
  describe('the operator’s own conf.d', () => {
    test('takes effect, and is kept as it is', async () => {
      const { server } = life();
      await server.shell(`cat >${CONFD}/50-mine.yaml`, NO_LOGIN_LIMIT);
      const listing = `stat -c '%a %u:%g %y' ${CONFD}/50-mine.yaml; cat ${CONFD}/50-mine.yaml`;
      const before = await server.shell(listing);
      const starts = await server.startTimes();
      await repairs(server, ['write homeserver.yaml', 'start synapse']);
      const after = await server.startTimes();
      expect(after.synapse).not.toBe(starts.synapse);
      expect({ ...after, synapse: '' }).toEqual({ ...starts, synapse: '' });
      expect(await server.shell(listing)).toBe(before);
      // Synapse's default, and ours, would refuse most of these.
      for (let attempt = 0; attempt < 15; attempt += 1) {
        expect((await logIn(server.matrixHost, 'admin', 'wrong')).status).toBe(403);
      }
    });

    test('is refused by Synapse itself when it is broken, and the server goes on', async () => {
      const { server } = life();
      const starts = await server.startTimes();
      await server.shell(`echo 'max_upload_size: [lots' >${CONFD}/60-broken.yaml`);
      const unreadable = await server.init();
      expect(unreadable.exitCode).toBe(1);
      expect(unreadable.stderr).toContain('MB-SYNAPSE-CONFIG');
      expect(unreadable.stderr).toMatch(/60-broken\.yaml/);

      await server.shell(`echo 'listeners: 5' >${CONFD}/60-broken.yaml`);
      const wrong = await server.init();
      expect(wrong.exitCode).toBe(1);
      expect(wrong.stderr).toMatch(/listeners/);

      expect(await server.startTimes()).toEqual(starts);
      const versions = { host: server.matrixHost, path: '/_matrix/client/versions' };
      expect((await askOne(versions)).status).toBe(200);
      await server.shell(`rm ${CONFD}/60-broken.yaml`);
      await findsNothingToDo(server);
    });
  });
};

export const drift = (life: TheLife): void => {
  describe('what differs from what ought to be is named and repaired by one run', () => {
    test('owner and mode, and a well-known file that is gone', async () => {
      const { server } = life();
      const access = `stat -c '%a %U:%g' ${HOMESERVER} ${ROOT}/secrets/postgres/password ${ROOT}/secrets`;
      const before = await server.shell(access);
      await server.shell(`chmod 666 ${HOMESERVER}; chown 1000:1000 ${HOMESERVER}
chmod 644 ${ROOT}/secrets/postgres/password; chmod 755 ${ROOT}/secrets
rm ${ROOT}/well-known/client`);
      const starts = await server.startTimes();
      await repairs(server, [
        'write homeserver.yaml',
        `set owner and mode of ${ROOT}/secrets/postgres/password`,
        `make ${ROOT}/secrets`,
        `write ${ROOT}/well-known/client`,
      ]);
      expect(await server.shell(access)).toBe(before);
      expect(await server.startTimes(), 'nothing of it needs a restart').toEqual(starts);
    });

    test('a container that was stopped, and one that was removed', async () => {
      const { server } = life();
      await server.shell(`cd ${ROOT} && docker compose stop redis 2>&1 && docker compose rm -sf caddy 2>&1`);
      await repairs(server, ['start redis (it is exited)', 'start caddy (not there yet)']);
      expect(Object.keys(await server.startTimes()).sort()).toEqual([
        'caddy',
        'postgres',
        'redis',
        'synapse',
      ]);
    });

    test('files edited by hand are kept, live, and merged with what is new', async () => {
      const { server } = life();
      const caddyfile = `${ROOT}/caddy/config/Caddyfile`;
      await server.shell(`sed -i 's/^name: .*/name: matrix-bastion # by hand/' ${ROOT}/compose.yaml
printf '# by hand\\nmax_image_pixels: 64M\\n' >>${HOMESERVER}
echo '# by hand' >>${caddyfile}`);
      const starts = await server.startTimes();
      const run = await repairs(server, ['write homeserver.yaml', 'start synapse', 'load the Caddyfile']);
      for (const path of [`${ROOT}/compose.yaml`, HOMESERVER, caddyfile])
        expect(run.stdout).toContain(`Edited by hand: ${path}: `);
      const after = await server.startTimes();
      expect({ ...after, synapse: '' }).toEqual({ ...starts, synapse: '' });
      expect(after.synapse).not.toBe(starts.synapse);

      // Three reruns with changed answers.
      for (const flags of [
        ['--rooms', '21'],
        ['--rooms', '25', '--users', '9'],
        ['--rooms', '20'],
      ]) {
        const again = await server.init(...flags);
        expect(again.exitCode, again.all).toBe(0);
        await findsNothingToDo(server);
      }
      const kept = await server.shell(`grep -l 'by hand' ${ROOT}/compose.yaml ${HOMESERVER} ${caddyfile}`);
      expect(kept.trim().split('\n')).toHaveLength(3);

      // The address is in the Caddyfile, which cannot be merged.
      const before = await server.shell(
        `cd ${ROOT} && find . -path './*/data' -prune -o -type f -exec sha256sum {} + | sort`,
      );
      const refused = await server.init('--email', 'hand@example.org');
      expect(refused.exitCode, refused.all).toBe(4);
      expect(refused.stderr).toContain('MB-HAND-EDIT');
      expect(refused.stderr).toMatch(
        /--keep caddy\/config\/Caddyfile[\s\S]*--replace caddy\/config\/Caddyfile/,
      );
      expect(
        await server.shell(
          `cd ${ROOT} && find . -path './*/data' -prune -o -type f -exec sha256sum {} + | sort`,
        ),
      ).toBe(before);
      const replaced = await server.init(
        '--email',
        'hand@example.org',
        '--replace',
        'caddy/config/Caddyfile',
      );
      expect(replaced.exitCode, replaced.all).toBe(0);
      const yours = await server.shell(
        `stat -c '%a %U' ${caddyfile}.yours-*; tail -n 1 ${caddyfile}.yours-*`,
      );
      expect(yours.trim().split('\n')).toEqual(['600 root', '# by hand']);
      await findsNothingToDo(server);
    });

    test('the database role’s password', async () => {
      const { server } = life();
      await server.query("alter role synapse password 'x'");
      await repairs(server, ['make the database role agree with its password file']);
      await server.shell(`cd ${ROOT} && docker compose restart synapse 2>&1`);
      await server.shell(
        `timeout 60 sh -c 'until curl -fs -o /dev/null --resolve ${server.matrixHost}:443:127.0.0.1 https://${server.matrixHost}/_matrix/client/versions; do sleep 0.3; done'`,
      );
      await findsNothingToDo(server);
    });

    test('secrets stay what they are, whatever they look like', async () => {
      const { server } = life();
      const odd: Readonly<Record<string, string>> = {
        macaroon_secret_key: '1e5',
        form_secret: '0123456789',
        registration_shared_secret: '$HOME "quoted\' #no comment: {yes} \\n',
        worker_replication_secret: 'yes',
      };
      const digits = '7'.repeat(64);
      for (const [name, secret] of Object.entries(odd)) {
        await server.shell(`cat >${ROOT}/secrets/synapse/${name}`, `${secret}\n`);
      }
      await server.shell(`cd ${ROOT}/secrets
printf '%s\\n' ${digits} >postgres/password
printf '%s\\n' ${digits} >synapse/redis_password
rm postgres/pgpass synapse/pgpass redis/auth.conf`);
      await repairs(server, ['create 3 secrets', 'make the database role agree']);
      await server.shell(`cd ${ROOT} && docker compose restart 2>&1`);
      const run = await server.init('--admin', 'odd');
      expect(run.exitCode, run.all).toBe(0);
      await findsNothingToDo(server);
      for (const [name, secret] of Object.entries(odd)) {
        expect(await server.shell(`cat ${ROOT}/secrets/synapse/${name}`)).toBe(secret);
      }
      expect(await server.shell(`cat ${ROOT}/secrets/redis/auth.conf`)).toBe(`requirepass ${digits}`);
    });
  });
};
