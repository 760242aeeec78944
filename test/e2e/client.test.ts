/** A web client of the server's own, from outside: it comes, changes and goes, and the server does not notice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../support/product.ts';
import { publishWebClients } from '../world/build/images.ts';
import { operator, type Vps } from '../world/index.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { containers } from './variants/inside.ts';
import { logIn, page } from './variants/outside.ts';
import { finish } from './variants/running.ts';

const DOMAIN = 'talk.test';
const CHAT = `chat.${DOMAIN}`;

describe('a web client of the own server', () => {
  let vps: Vps;
  const deployment = (...flags: readonly string[]): Deployment => ({
    vps,
    domain: DOMAIN,
    flags: [...SMALL_DISTRO, ...flags],
  });
  const config = async () => JSON.parse((await page(`https://${CHAT}/config.json`)).split('\n200')[0] ?? '');
  const headers = async (path: string): Promise<string> =>
    (await operator.run(['curl', '-sS', '-D', '-', '-o', '/dev/null', `https://${CHAT}${path}`])).stdout;

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    await publishWebClients();
    vps = await freshMachine({ name: 'talk', domains: [DOMAIN, `matrix.${DOMAIN}`, CHAT] });
  });
  afterAll(async () => {
    await removeMachine('talk');
    forgetDomain(DOMAIN);
  });

  it('is there after the first run, on a name of its own', async () => {
    const { exitCode, text } = await finish(deployment('--client', 'element'));
    expect(exitCode, text).toBe(0);
    expect(text).toContain(`https://${CHAT}`);
    expect(await page(`https://${CHAT}/`)).toMatch(/<title>Element<\/title>[\s\S]*\n200 text\/html/);
    expect(await page(`https://matrix.${DOMAIN}/`)).toMatch(/\n404 /);
    expect(await page(`https://${CHAT}/_matrix/client/versions`)).toMatch(/\n404 /);
  });

  it('leads to this server and names no other', async () => {
    const served = await config();
    expect(served.default_server_config['m.homeserver']).toEqual({
      base_url: `https://matrix.${DOMAIN}`,
      server_name: DOMAIN,
    });
    const hosts = [...JSON.stringify(served).matchAll(/[a-z0-9-]+(?:\.[a-z0-9-]+)+/g)].map(([name]) => name);
    expect(new Set(hosts.filter((name) => /\.(test|org|com|io|im)$/.test(name)))).toEqual(
      new Set([`matrix.${DOMAIN}`, DOMAIN, CHAT]),
    );
  });

  it('is served with the headers that its makers ask for, once each', async () => {
    for (const path of ['/', '/config.json', '/guide']) {
      const seen = (await headers(path)).toLowerCase();
      for (const header of [
        'x-frame-options: sameorigin',
        "content-security-policy: frame-ancestors 'self'",
        'x-content-type-options: nosniff',
      ])
        expect(seen.split(header).length, `${path} ${header}`).toBe(2);
    }
    expect((await headers('/config.json')).toLowerCase()).toContain('cache-control: no-cache');
  });

  it('has the page for users beside it', async () => {
    const guide = await page(`https://${CHAT}/guide`);
    expect(guide).toMatch(/\n200 text\/html/);
    expect(guide).toContain(`<a href="https://${CHAT}">`);
    expect(guide).toContain(`@admin:${DOMAIN}`);
  });

  it('can write nowhere, is nobody, and reaches nothing', async () => {
    const { stdout } = await vps.exec(
      `docker inspect matrix-bastion-element-1 --format '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.CapDrop}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}'
docker exec matrix-bastion-element-1 wget -q -T 3 -O - http://synapse:8008/health 2>&1; echo "synapse $?"
docker exec matrix-bastion-element-1 wget -q -T 3 -O - http://10.99.0.1/ 2>&1; echo "outside $?"`,
    );
    expect(stdout).toMatch(/^true 101:101 \[ALL\] matrix-bastion_web/);
    expect(stdout).toMatch(/^synapse [1-9]/m);
    expect(stdout).toMatch(/^outside [1-9]/m);
  });

  it('becomes another one, and goes, without a restart of Synapse or the database', async () => {
    expect((await finish(deployment('--client', 'element'))).text).toContain('Nothing to do');
    const before = await containers(vps);
    const cinny = await finish(deployment('--client', 'cinny'));
    expect(cinny.exitCode, cinny.text).toBe(0);
    expect(await config()).toMatchObject({ homeserverList: [DOMAIN], allowCustomHomeservers: false });
    // An invitation's address is a page of the client itself.
    expect(await page(`https://${CHAT}/register/${DOMAIN}/?token=x`)).toMatch(/Cinny[\s\S]*\n200 text\/html/);
    const none = await finish(deployment('--client', 'none'));
    expect(none.exitCode, none.text).toBe(0);
    const after = await containers(vps);
    expect(Object.keys(after).sort()).toEqual(
      ['caddy', 'postgres', 'redis', 'synapse'].map((name) => `matrix-bastion-${name}-1`),
    );
    for (const name of ['postgres', 'redis', 'synapse'])
      expect(after[`matrix-bastion-${name}-1`]).toBe(before[`matrix-bastion-${name}-1`]);
    expect((await finish(deployment())).text).toContain('Nothing to do');
    expect(await logIn(DOMAIN)).toBe(`@admin:${DOMAIN}`);
  });

  it('is not begun where its name does not lead here', async () => {
    const refused = await finish(deployment('--client', 'element', '--client-host', `other.${DOMAIN}`));
    expect(refused.exitCode, refused.text).toBe(1);
    expect(refused.text).toContain('MB-DNS-MISSING');
    expect(refused.text).toContain(`other.${DOMAIN}`);
  });
});
