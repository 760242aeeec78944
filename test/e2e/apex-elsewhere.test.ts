import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../support/product.ts';
import type { Vps } from '../world/index.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { containers, tree } from './variants/inside.ts';
import { check, logIn, page } from './variants/outside.ts';
import { finish, start } from './variants/running.ts';
import { makeWebsite, type Website } from './variants/website.ts';

describe('the domain is the name of a website on another machine', () => {
  const DOMAIN = 'apart.test';
  let vps: Vps;
  let shop: Vps;
  let website: Website;
  let deployment: Deployment;
  /** What the product says is to be published, by path. */
  let files: Readonly<Record<string, string>>;

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    vps = await freshMachine({ name: 'apart', domains: [`matrix.${DOMAIN}`] });
    shop = await freshMachine({ name: 'apart-website', domains: [DOMAIN] });
    website = await makeWebsite(shop, DOMAIN);
    deployment = { vps, domain: DOMAIN, flags: SMALL_DISTRO };
  });

  afterAll(async () => {
    await removeMachine('apart');
    await removeMachine('apart-website');
    forgetDomain(DOMAIN);
  });

  it('does all that can be done, prints the files and where they go, and says that they are not there', async () => {
    const { exitCode, text } = await finish(deployment);
    expect(exitCode, text).toBe(3);
    expect(text).toContain(`Not published yet: https://${DOMAIN}/.well-known/matrix/`);
    expect(text).toContain(`Put these files on the website of ${DOMAIN}, as application/json`);
    expect(text).toContain('Then go on with:');
    files = Object.fromEntries(
      [...text.matchAll(/^ *(\/\.well-known\/matrix\/\w+) +(\{.*\})$/gm)].map(([, path = '', body = '']) => [
        path,
        body,
      ]),
    );
    expect(Object.keys(files).sort()).toEqual(
      ['client', 'server', 'support'].map((name) => `/.well-known/matrix/${name}`),
    );
    for (const number of [1, 2, 3, 4, 5, 6])
      expect(text).toMatch(new RegExp(`\\[${number}/6\\] [A-Z].*: done in`));
  });

  it('has made the administrator, who can log in already', async () => {
    expect(await logIn(DOMAIN)).toBe(`@admin:${DOMAIN}`);
    expect((await check(DOMAIN)).exitCode).toBe(1);
  });

  it('asks for no certificate of a name that is not its own', async () => {
    const { stdout } = await vps.exec(
      'ls /opt/matrix-bastion/caddy/data/caddy/certificates/*; cat /opt/matrix-bastion/caddy/config/Caddyfile',
    );
    expect(stdout).toContain(`matrix.${DOMAIN}`);
    expect(stdout).not.toMatch(new RegExp(`(?<!matrix\\.)${DOMAIN.replace('.', '\\.')}(,| \\{|$)`, 'm'));
  });

  it('waits with --wait, and goes on by itself as soon as the website has the files', async () => {
    const before = await containers(vps);
    const run = start(deployment, ['--wait', '2m']);
    await run.says(/looking for the well-known files/);
    await website.behave({ headers: true });
    await website.publish(files);
    const { exitCode, text } = await run.ended;
    expect(exitCode, text).toBe(0);
    expect(text).not.toContain('Not published yet');
    expect(await containers(vps)).toEqual(before);
    const { exitCode: judged, all } = await check(DOMAIN);
    expect(judged, all).toBe(0);
    expect((await finish(deployment)).text).toContain('Nothing to do');
  });

  it.each([
    ['the file for servers', '/.well-known/matrix/server'],
    ['all of them', '/.well-known/matrix/*'],
  ])('is as content with a website that redirects %s to the Matrix host', async (_which, path) => {
    const before = [await tree(vps), await containers(vps)];
    await website.behave({ headers: true, redirect: { path, host: `matrix.${DOMAIN}` } });
    expect(await page(`https://${DOMAIN}/.well-known/matrix/server`)).toMatch(/\n302 /);
    const { exitCode: judged, all } = await check(DOMAIN);
    expect(judged, all).toBe(0);
    const { exitCode, text } = await finish(deployment);
    expect(text).toContain('Nothing to do');
    expect(exitCode).toBe(0);
    expect([await tree(vps), await containers(vps)]).toEqual(before);
  });

  it('notices a redirect that browsers do not follow, and says where it is', async () => {
    await website.behave({
      headers: false,
      redirect: { path: '/.well-known/matrix/*', host: `matrix.${DOMAIN}` },
    });
    const { exitCode, text } = await finish(deployment);
    expect(exitCode).toBe(1);
    expect(text).toContain('FAILED MB-FED-030');
    expect(text).toContain(`https://${DOMAIN}/.well-known/matrix/client`);
    // Servers do not care about that header: it must not be said that they do.
    expect(text).not.toContain('Other servers cannot reach');
  });

  it('has left the website alone', async () => {
    expect(await page(`https://${DOMAIN}/`)).toMatch(/^fresh bread from six\n/);
  });
});

describe('the domain is the Matrix host itself', () => {
  const DOMAIN = 'solo.test';

  afterAll(async () => {
    await removeMachine('solo');
    forgetDomain(DOMAIN);
  });

  it('installs with one name and one certificate, and federation is green', async () => {
    forgetDomain(DOMAIN);
    const vps = await freshMachine({ name: 'solo', domains: [DOMAIN] });
    const deployment = { vps, domain: DOMAIN, flags: SMALL_DISTRO };
    const { exitCode, text } = await finish(deployment, ['--matrix-host', DOMAIN]);
    expect(exitCode, text).toBe(0);
    const { exitCode: judged, all } = await check(DOMAIN);
    expect(judged, all).toBe(0);
    expect(await logIn(DOMAIN, DOMAIN)).toBe(`@admin:${DOMAIN}`);
    const { stdout } = await vps.exec('ls /opt/matrix-bastion/caddy/data/caddy/certificates/*');
    expect(stdout.trim()).toBe(DOMAIN);
    expect((await finish(deployment)).text).toContain('Nothing to do');
  });
});
