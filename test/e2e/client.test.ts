/** A web client of the server's own, from outside: it comes, changes and goes, and the server does not notice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, startBrowser } from '../support/browser/chromium.ts';
import { adminPassword, type Deployment } from '../support/product.ts';
import { publishWebClients } from '../world/build/images.ts';
import { operator, type Vps } from '../world/index.ts';
import { asElementX } from './client/element-x.ts';
import { Hydrogen } from './client/hydrogen.ts';
import { logIn as logInByHand } from './life/ask.ts';
import { Server } from './life/server.ts';
import { people } from './people/people.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { containers } from './variants/inside.ts';
import { logIn, page } from './variants/outside.ts';
import { finish } from './variants/running.ts';

const DOMAIN = 'talk.test';
const CHAT = `chat.${DOMAIN}`;
const MIA = 'a sentence that mia can remember';

describe('a web client of the own server', () => {
  let vps: Vps;
  let browser: Browser | undefined;
  let ada: Hydrogen;
  let mia: Hydrogen;
  const deployment = (...flags: readonly string[]): Deployment => ({
    vps,
    domain: DOMAIN,
    flags: [...SMALL_DISTRO, ...flags],
  });
  const config = async () => JSON.parse((await page(`https://${CHAT}/config.json`)).split('\n200')[0] ?? '');
  /** Status and content type; what is not text cannot be handed over as such. */
  const typeOf = async (url: string): Promise<string> =>
    (await operator.run(['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code} %{content_type}', url]))
      .stdout;
  const headers = async (path: string): Promise<string> =>
    (await operator.run(['curl', '-sS', '-D', '-', '-o', '/dev/null', `https://${CHAT}${path}`])).stdout;

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    await publishWebClients();
    vps = await freshMachine({ name: 'talk', domains: [DOMAIN, `matrix.${DOMAIN}`, CHAT] });
  });
  afterAll(async () => {
    await browser?.close();
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

  it('lets two people talk, each in a browser; only they can read it, and the browser calls nobody else', async () => {
    const server = new Server(vps, DOMAIN);
    await people(server, ['user', 'add', 'mia', '--password-file', '/dev/stdin'], { input: MIA });
    browser = await startBrowser();
    ada = await Hydrogen.logIn(browser, `https://${CHAT}`, 'admin', adminPassword(DOMAIN));
    mia = await Hydrogen.logIn(browser, `https://${CHAT}`, 'mia', MIA);
    await ada.createEncryptedRoom('kitchen');
    await ada.say(`/invite @mia:${DOMAIN}`);
    await mia.acceptInvitation('kitchen');
    await ada.say('the soup is ready');
    await mia.reads('the soup is ready');
    await mia.say('two minutes');
    await ada.reads('two minutes');
    const talk = "select distinct type from events where type in ('m.room.message', 'm.room.encrypted')";
    expect(await server.query(talk)).toEqual(['m.room.encrypted']);
    expect(browser.contacted()).toEqual([`${CHAT}:443`, `matrix.${DOMAIN}:443`]);
  });

  it('leaves the way free for Element X: from the name to sliding sync, readable for browsers too', async () => {
    const { token } = await logInByHand(`matrix.${DOMAIN}`, 'admin', adminPassword(DOMAIN));
    const seen = await asElementX(DOMAIN, token);
    expect(seen).toMatchObject({ base: `https://matrix.${DOMAIN}`, slidingSync: true });
    expect(seen.flows).toContain('m.login.password');
    expect(seen.stranger).toEqual({ status: 401, errcode: 'M_MISSING_TOKEN' });
    expect(seen.somebody).toEqual({ status: 200, position: expect.stringMatching(/./) });
    expect(new Set(seen.allowed)).toEqual(new Set(['*']));
    for (const type of seen.types) expect(type).toMatch(/^application\/json\b/);
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

  it('becomes another one, without a restart of Synapse or the database', async () => {
    expect((await finish(deployment('--client', 'element'))).text).toContain('Nothing to do');
    const before = await containers(vps);
    const cinny = await finish(deployment('--client', 'cinny'));
    expect(cinny.exitCode, cinny.text).toBe(0);
    expect(await config()).toMatchObject({ homeserverList: [DOMAIN], allowCustomHomeservers: false });
    // An invitation's address is a page of the client itself.
    expect(await page(`https://${CHAT}/register/${DOMAIN}/?token=x`)).toMatch(/Cinny[\s\S]*\n200 text\/html/);
    // Its cryptography is asked for beside that page, and what is not there is no page.
    expect(await typeOf(`https://${CHAT}/register/${DOMAIN}/olm.wasm`)).toBe('200 application/wasm');
    expect(await typeOf(`https://${CHAT}/assets/of-another-version.js`)).toMatch(/^404 /);
    const after = await containers(vps);
    for (const name of ['postgres', 'redis', 'synapse'])
      expect(after[`matrix-bastion-${name}-1`]).toBe(before[`matrix-bastion-${name}-1`]);
  });

  it('keeps people logged in meanwhile, and finds the server by its domain', async () => {
    await ada.page.open(`https://${CHAT}`);
    await ada.openRoom('kitchen');
    await ada.reads('two minutes');
    await mia.page.open(`https://${CHAT}`);
    await mia.logOut();
    await mia.logInAgain('mia', MIA);
    await mia.openRoom('kitchen');
    await mia.say('on another device now');
    await ada.reads('on another device now');
    const ours = [`${CHAT}:443`, `matrix.${DOMAIN}:443`, `${DOMAIN}:443`];
    expect(browser?.contacted()).toEqual(ours.sort());
    // And if it called somebody, it would be seen.
    await mia.page.evaluate("fetch('https://elsewhere.test/').catch(() => {})");
    expect(browser?.contacted()).toContain('elsewhere.test:443');
  });

  it('goes without a trace', async () => {
    const before = await containers(vps);
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
