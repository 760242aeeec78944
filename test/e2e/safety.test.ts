import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors.ts';
import type { Deployment } from '../support/product.ts';
import type { Vps } from '../world/index.ts';
import { DANGERS } from './safety/dangers.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { containers, tree, until } from './variants/inside.ts';
import { finish, killAll, start } from './variants/running.ts';

const DOMAIN = 'safe.test';
const ROOT = '/opt/matrix-bastion';
const CLUSTER = `${ROOT}/postgres/data/cluster`;

/** The administrator, who is in the one database that there ever was. */
const ADMINISTRATORS = `docker exec matrix-bastion-postgres-1 psql -X -A -t -U synapse -d synapse -c "select count(*) from users where admin = 1"`;

/** What must never happen to a server, tried on one: each test leaves it as it found it. */
describe('data and identity', () => {
  let vps: Vps;
  let deployment: Deployment;

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    vps = await freshMachine({ name: 'safe', domains: [DOMAIN, `matrix.${DOMAIN}`] });
    deployment = { vps, domain: DOMAIN, flags: SMALL_DISTRO };
  });

  afterAll(async () => {
    await killAll();
    await removeMachine('safe');
    forgetDomain(DOMAIN);
  });

  it('makes the database whole or not at all', async () => {
    const run = start(deployment);
    await until(vps, `test -s ${ROOT}/postgres/data/.create.*/cluster/PG_VERSION`);
    await vps.powerCut();
    await run.kill();
    await vps.start();
    expect((await vps.exec(`test -e ${CLUSTER}`, { reject: false })).exitCode).toBe(1);

    const again = await finish(deployment);
    expect(again.text).toContain('create the database (UTF8, collation C), once');
    expect(again.exitCode).toBe(EXIT.done);
    expect((await vps.exec(`ls -A ${ROOT}/postgres/data`)).stdout.trim()).toBe('cluster');
    const recorded = (await vps.exec(`cat ${ROOT}/state/database.born`)).stdout.trim();
    expect(recorded).toMatch(/^\d{15,} 17$/);
  });

  it('lets one of two runs work, and tells the other who it is', async () => {
    await vps.exec('docker stop matrix-bastion-synapse-1');
    const runs = await Promise.all([finish(deployment), finish(deployment)]);
    const codes = runs.map(({ exitCode }) => exitCode).sort();
    // The second may also have come late enough to find the work done.
    expect([EXIT.refused, EXIT.done]).toContain(codes[1]);
    expect(codes[0]).toBe(EXIT.done);
    const refused = runs.find(({ exitCode }) => exitCode === EXIT.refused);
    if (refused) {
      expect(refused.text).toContain('MB-RUN-LOCKED');
      expect(refused.text).toMatch(/By \S+ on \S+ \(pid \d+\), since \d{4}-/);
    }
    expect((await finish(deployment)).text).toContain('Nothing to do');
  });

  it('is not locked out by a run that was killed', async () => {
    await vps.exec('docker stop matrix-bastion-synapse-1');
    const run = start(deployment);
    await run.says(/\[3\/6\] Wire Postgres/);
    await run.kill();
    const again = await finish(deployment);
    expect(again.text).not.toContain('MB-RUN-LOCKED');
    expect(again.exitCode).toBe(EXIT.done);
  });

  describe('what happens to data is named, and nothing is begun anew', () => {
    let identity = '';
    beforeAll(async () => {
      identity = (await vps.exec(`cat ${ROOT}/state/database.born`)).stdout;
    });

    it.each(DANGERS)('$what', async ({ happens, named, refused, mended }) => {
      await vps.exec(happens);
      const before = await tree(vps);
      const run = await finish(deployment);
      expect(run.exitCode, run.text).toBe(refused ? EXIT.refused : EXIT.done);
      expect(run.text).toMatch(named);
      if (refused) expect(await tree(vps)).toEqual(before);
      if (mended !== undefined) await vps.exec(mended);
    });

    it('and after all of it the database is the one that it was', async () => {
      expect((await finish(deployment)).exitCode).toBe(EXIT.done);
      expect((await vps.exec(`cat ${ROOT}/state/database.born`)).stdout).toBe(identity);
      expect((await vps.exec(ADMINISTRATORS)).stdout.trim()).toBe('1');
    });
  });

  it('is not brought up by Docker on a folder that is gone', async () => {
    await vps.exec(`cd ${ROOT} && docker compose stop postgres synapse && mv ${CLUSTER} /root/cluster`);
    const up = await vps.exec(`cd ${ROOT} && docker compose up -d postgres`, { reject: false });
    expect(up.exitCode).not.toBe(0);
    await vps.exec('systemctl restart docker');
    expect((await vps.exec(`ls -A ${ROOT}/postgres/data`)).stdout).toBe('');
    await vps.exec(`mv /root/cluster ${CLUSTER}`);
    expect((await finish(deployment)).exitCode).toBe(EXIT.done);
  });

  it('refuses another database in its place', async () => {
    await vps.exec(`echo '7000000000000000000 17' >${ROOT}/state/database.born`);
    const run = await finish(deployment);
    expect([run.exitCode, /MB-DATABASE-OTHER/.test(run.text)]).toEqual([EXIT.refused, true]);
    // As the message says.
    await vps.exec(`rm ${ROOT}/state/database.born`);
    expect((await finish(deployment)).exitCode).toBe(EXIT.done);
  });

  it('refuses to make a second signing key', async () => {
    await vps.exec(`mv ${ROOT}/synapse/keys/signing.key /root/signing.key`);
    const run = await finish(deployment);
    expect([run.exitCode, /MB-KEY-LOST/.test(run.text)]).toEqual([EXIT.refused, true]);
    await vps.exec(`mv /root/signing.key ${ROOT}/synapse/keys/signing.key`);
  });

  it('refuses when the whole root is not mounted', async () => {
    await vps.exec(`cd / && mv ${ROOT} ${ROOT}.away && mkdir ${ROOT}`);
    const run = await finish(deployment);
    expect([run.exitCode, /MB-DATA-MISSING/.test(run.text)]).toEqual([EXIT.refused, true]);
    await vps.exec(`rmdir ${ROOT} && mv ${ROOT}.away ${ROOT}`);
    expect((await finish(deployment)).text).toContain('Nothing to do');
  });

  it('does not follow a COMPOSE_PROJECT_NAME of the login into a second set of containers', async () => {
    await vps.exec(
      `echo 'COMPOSE_PROJECT_NAME=web' >>/etc/environment; docker stop matrix-bastion-synapse-1`,
    );
    const run = await finish(deployment);
    await vps.exec(`sed -i '/COMPOSE_PROJECT_NAME/d' /etc/environment`);
    expect(run.exitCode).toBe(EXIT.done);
    expect(Object.keys(await containers(vps)).sort()).toEqual(
      ['caddy', 'postgres', 'redis', 'synapse'].map((name) => `matrix-bastion-${name}-1`),
    );
  });

  it('sees that Caddy serves another file than the one on the disk', async () => {
    await vps.exec(
      `cd ${ROOT} && cp -a caddy/config/Caddyfile /root/Caddyfile && sed -i 's/respond .loaded .*/respond \\/loaded "by hand"/' caddy/config/Caddyfile &&
       docker compose exec -T caddy caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile --address unix//run/caddy/admin.sock &&
       mv /root/Caddyfile caddy/config/Caddyfile`,
    );
    const before = await containers(vps);
    const run = await finish(deployment);
    expect(run.text).toContain('load the Caddyfile without a restart');
    expect(run.exitCode).toBe(EXIT.done);
    expect(await containers(vps)).toEqual(before);
    expect((await finish(deployment)).text).toContain('Nothing to do');
  });

  it('leaves an ordinary account of the wanted name alone', async () => {
    await vps.exec(
      `cd ${ROOT} && printf 'an ordinary password' | docker compose exec -T synapse register_new_matrix_user -c /config/homeserver.yaml --no-admin --user=alice --password-file /dev/stdin http://localhost:8008`,
    );
    const run = await finish(deployment, ['--admin', 'alice']);
    expect([run.exitCode, /MB-ADMIN-EXISTS/.test(run.text)]).toEqual([EXIT.refused, true]);
    expect((await finish(deployment, ['--admin', 'admin'])).exitCode).toBe(EXIT.done);
  });
});
