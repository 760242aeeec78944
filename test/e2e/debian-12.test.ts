import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../support/events.ts';
import { adminPassword, type Deployment, stateFile } from '../support/product.ts';
import { dns, dockerRepo, type Vps } from '../world/index.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL } from './variants/fresh.ts';
import { containers, packages, tree } from './variants/inside.ts';
import { check, logIn, page } from './variants/outside.ts';
import { finish, start } from './variants/running.ts';

const DOMAIN = 'bookworm.test';
/** Quotes, blanks at both ends, what shells, printf and sudo's own prompt would expand, two scripts and an emoji. */
const PASSWORD = ` o'dd "pass" $HOME \`id\` \\n %s %p #! ü€🔑 `;
/** docs.docker.com, "Install Docker Engine on Debian". */
const DOCKERS_KEY = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88';

/** Texts as they are compared: without digests, times and what is random. */
const comparable = (text: string): string =>
  text
    .replace(/sha256:([0-9a-f]{64}|\(the-digest-that-was-pulled\))/g, 'sha256:…')
    .replace(/^(stamp|nonce|owner|since)=.*$/gm, '$1=…')
    .replace(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, '…');

/** The scripts of `--print-commands`. */
const scriptsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^(`{3,})sh\n([\s\S]*?)\n\1$/gm)].map(([, , script = '']) => comparable(script));

/** The scripts of a log, one after another. */
const commandsOf = (log: string): string =>
  comparable(
    log
      .split('\n')
      .flatMap((line) => (/^ {2}\$ ?/.test(line) ? [line.replace(/^ {2}\$ ?/, '')] : []))
      .join('\n'),
  );

describe('Debian 12, sudo with a password, packages from a mirror', () => {
  let vps: Vps;
  let folder: string;
  let deployment: Deployment;
  const withFlags = (...flags: string[]): Deployment => ({
    ...deployment,
    flags: [...(deployment.flags ?? []), ...flags],
  });

  beforeAll(async () => {
    forgetDomain(DOMAIN);
    vps = await freshMachine({
      name: 'bookworm',
      os: 'debian-12',
      user: 'sudo-password',
      domains: [DOMAIN, `matrix.${DOMAIN}`],
    });
    await vps.exec('chpasswd', { input: `admin:${PASSWORD}\n` });
    folder = mkdtempSync(join(tmpdir(), 'bookworm-'));
    const file = join(folder, 'sudo');
    writeFileSync(file, `${PASSWORD}\n`, { mode: 0o600 });
    deployment = { vps, domain: DOMAIN, flags: ['--sudo-password-file', file] };
  });

  afterAll(async () => {
    await removeMachine('bookworm');
    forgetDomain(DOMAIN);
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses the distribution's packages, which have no Compose v2, and names the official source", async () => {
    const before = await packages(vps);
    const { exitCode, text } = await finish(withFlags(...SMALL, '--docker-source', 'distro'));
    expect(text).toContain('MB-DOCKER-COMPOSE');
    expect(text).toContain('--docker-source docker');
    expect(exitCode).toBe(1);
    expect(await packages(vps)).toEqual(before);
  });

  it("refuses a download.docker.com whose key is not Docker's, and installs nothing", async () => {
    const before = await packages(vps);
    const { exitCode, text } = await finish(withFlags(...SMALL));
    expect(text).toContain('MB-DOCKER-KEY');
    expect(text).toContain(`Expected ${DOCKERS_KEY}, found ${dockerRepo.fingerprint}.`);
    expect(exitCode).toBe(4);
    expect(await packages(vps)).toEqual(before);
    await vps.exec('test ! -e /opt/matrix-bastion');
  });

  it('installs from the same repository when it is named as a mirror with its own key, told as events', async () => {
    const mirror = ['--docker-mirror', dockerRepo.url, '--docker-mirror-fingerprint', dockerRepo.fingerprint];
    const printed = await finish(withFlags(...SMALL, ...mirror, '--print-commands'));
    expect(printed.exitCode, printed.text).toBe(0);
    await vps.exec('test ! -e /opt/matrix-bastion && ! command -v docker');
    const { exitCode, text } = await finish(withFlags(...SMALL, ...mirror, '--json'));
    expect(exitCode, text).toBe(0);
    const events = readEvents(text.replace(/^(?!\{"v":).*\n/gm, ''));
    expect(events.map(({ event }) => event).filter((event) => event !== 'step-progress')).toEqual([
      ...['run-started', 'facts', 'answers', 'preflight', 'plan'],
      ...Array.from({ length: 6 }, () => ['step-started', 'step-finished']).flat(),
      ...['server', 'run-finished'],
    ]);
    expect(events.at(-2)).toMatchObject({
      domain: DOMAIN,
      passwordFile: stateFile(DOMAIN, 'password-admin'),
    });
    // What was printed is what ran, but for what only the run could know.
    const ran = commandsOf(readFileSync(String(events.at(-1)?.logFile), 'utf8'));
    const [changes = ''] = printed.text.split(/^# The look at the machine$/m);
    const scripts = scriptsOf(changes);
    expect(scripts.length).toBeGreaterThan(20);
    for (const script of scripts) expect(ran).toContain(script);
    for (const secret of [
      PASSWORD.trim(),
      JSON.stringify(PASSWORD.trim()).slice(1, -1),
      adminPassword(DOMAIN),
    ])
      expect(text).not.toContain(secret);
    const there = (await packages(vps)).join('\n');
    for (const name of ['docker-ce', 'docker-ce-cli', 'containerd.io', 'docker-compose-plugin'])
      expect(there).toMatch(new RegExp(`^ii +${name.replace('.', '\\.')} `, 'm'));
    const { exitCode: judged, all } = await check(DOMAIN);
    expect(judged, all).toBe(0);
    expect(await logIn(DOMAIN)).toBe(`@admin:${DOMAIN}`);
  });

  it('has nothing to do on a rerun, with the mirror and the size kept from the first run', async () => {
    const before = [await packages(vps), await tree(vps), await containers(vps)];
    const { exitCode, text } = await finish(deployment);
    expect(text).toContain('Nothing to do');
    expect(exitCode).toBe(0);
    expect([await packages(vps), await tree(vps), await containers(vps)]).toEqual(before);
  });

  it('is warned of a clock that is off, and not stopped', async () => {
    const wrong = '/usr/local/bin/date';
    await vps.exec(
      `printf '#!/bin/sh\nexec /usr/bin/date -d "-1 day" "$@"\n' >${wrong} && chmod 755 ${wrong}`,
    );
    const { exitCode, text } = await finish(deployment);
    await vps.exec(`rm ${wrong}`);
    expect(text).toContain("WARNING MB-HOST-CLOCK The machine's clock is 24 hours behind yours.");
    expect(exitCode, text).toBe(0);
  });

  it('keeps publishing for the domain while the DNS does not know it, and goes on when it does again', async () => {
    const before = [await tree(vps), await containers(vps)];
    const published = `{"m.server":"matrix.${DOMAIN}:443"}\n\n200 application/json`;
    const records = dns.all()[DOMAIN];
    await dns.remove(DOMAIN);
    const run = start(deployment);
    try {
      // By then it has looked, planned, and begun to wait for the name.
      await run.says(/waiting for the certificate|looking for the well-known|asking as another/);
      expect([await tree(vps), await containers(vps)]).toEqual(before);
      expect(await page(`https://${DOMAIN}/.well-known/matrix/server`, vps.ip)).toBe(published);
    } finally {
      await dns.set(DOMAIN, records ?? { a: vps.ip, aaaa: vps.ip6 });
    }
    const { exitCode, text } = await run.ended;
    expect(exitCode, text).toBe(0);
    expect([await tree(vps), await containers(vps)]).toEqual(before);
    expect(await page(`https://${DOMAIN}/.well-known/matrix/server`)).toBe(published);
  });

  it('has written the sudo password nowhere', async () => {
    const state = dirname(stateFile(DOMAIN, 'x'));
    const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(PASSWORD.trim());
    await vps.exec('! grep -rsqF -e "$(cat)" /opt/matrix-bastion/state /etc /var/log /home /root', {
      input: PASSWORD.trim(),
    });
  });
});
