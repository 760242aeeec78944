/**
 * A machine whose ports 80 and 443 belong to somebody's nginx: refused with an offer, then installed behind it. The lines are
 * copied into nginx by the test, as the operator would; nothing else ever touches it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adminPassword, type Deployment, initArguments, product } from '../support/product.ts';
import { certificateFor } from '../world/authority.ts';
import { operator, type Vps } from '../world/index.ts';
import { forgetDomain, freshMachine, removeMachine, SMALL_DISTRO } from './variants/fresh.ts';
import { containers, packages, tree } from './variants/inside.ts';
import { check, logIn, page } from './variants/outside.ts';
import { finish } from './variants/running.ts';
import { sitDown } from './wizard/drive.ts';

const DOMAIN = 'px-shop.test';
const MATRIX = `matrix.${DOMAIN}`;
const CLIENT = fileURLToPath(new URL('./variants/upload.ts', import.meta.url));
const OWN = '/opt/matrix-bastion/proxy';

let vps: Vps;
let deployment: Deployment;
const behind = (...flags: string[]): Deployment => ({ ...deployment, flags: [...SMALL_DISTRO, ...flags] });

/** nginx as its owner set it up: its configuration, when it started, and what it answers. */
const website = async () => ({
  files: (await vps.exec("find /etc/nginx -type f ! -name 'matrix*' -exec sha256sum {} + | sort")).stdout,
  since: (await vps.exec('systemctl show --property ActiveEnterTimestamp --value nginx')).stdout,
  page: await page(`https://${DOMAIN}/`),
});

/** As the printed line has it; old workers go on for a moment, so it is looked until the new ones answer. */
const reload = async (answers: RegExp, path = '/_matrix/client/versions'): Promise<void> => {
  await vps.exec('nginx -t && systemctl reload nginx');
  for (let left = 120; ; left -= 1) {
    const seen = await page(`https://${MATRIX}${path}`);
    if (answers.test(seen)) return;
    if (left === 0) throw new Error(`nginx goes on answering: ${seen}`);
    await new Promise((done) => setTimeout(done, 250));
  }
};

/**
 * Where users come from, as Synapse keeps it, once it has written down that one came from one of these addresses; it does so
 * every five seconds. @param since in milliseconds of the clock that all machines share
 */
const addresses = (awaited: readonly string[], since: number): Promise<string[]> =>
  vi.waitFor(
    async () => {
      const { stdout } = await vps.exec(
        `cd /opt/matrix-bastion && docker compose exec -T postgres psql -X -A -t -q -U synapse -d synapse -c "select ip, max(last_seen) from user_ips group by ip"`,
      );
      const rows = stdout.split('\n').map((row) => row.split('|'));
      const written = rows.some(([ip = '', last]) => awaited.includes(ip) && Number(last) >= since);
      expect(written, `${awaited.join(' or ')} since ${since} in:\n${stdout}`).toBe(true);
      return rows.map(([ip = '']) => ip);
    },
    { timeout: 60_000, interval: 500 },
  );

let untouchedWebsite: Awaited<ReturnType<typeof website>>;

beforeAll(async () => {
  forgetDomain(DOMAIN);
  vps = await freshMachine({ name: 'px-nginx', domains: [DOMAIN, MATRIX] });
  deployment = { vps, domain: DOMAIN, flags: SMALL_DISTRO };
  const { certificate, key } = await certificateFor([DOMAIN, MATRIX]);
  await vps.exec(`export DEBIAN_FRONTEND=noninteractive
apt-get -q update && apt-get -q -y --no-install-recommends install nginx-light
mkdir -p /srv/shop /etc/nginx/shop.d /etc/letsencrypt/live/${MATRIX}
echo 'flowers of every kind' >/srv/shop/index.html`);
  for (const [name, path] of [
    ['fullchain', certificate],
    ['privkey', key],
  ] as const)
    await vps.exec(`cat >/etc/letsencrypt/live/${MATRIX}/${name}.pem`, { input: readFileSync(path, 'utf8') });
  await vps.exec('cat >/etc/nginx/sites-enabled/default && systemctl restart nginx', {
    input: `server { listen 80 default_server; listen [::]:80 default_server; return 301 https://$host$request_uri; }
server {
  listen 443 ssl; listen [::]:443 ssl; server_name ${DOMAIN};
  ssl_certificate /etc/letsencrypt/live/${MATRIX}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/${MATRIX}/privkey.pem;
  include /etc/nginx/shop.d/*.conf;
  location ~ /\\. { deny all; }
  location / { root /srv/shop; }
}
`,
  });
  untouchedWebsite = await website();
  expect(untouchedWebsite.page).toMatch(/^flowers of every kind\n/);
});

afterAll(async () => {
  await removeMachine('px-nginx');
  forgetDomain(DOMAIN);
});

describe('a machine with a website on nginx', () => {
  it('is refused at first, with the command that puts Matrix behind it', async () => {
    const before = await packages(vps);
    const { exitCode, text } = await finish(deployment);
    expect(exitCode, text).toBe(1);
    expect(text).toContain('FAILED MB-HOST-PORT');
    expect(text).toMatch(/Port 443 is taken by nginx \(pid \d+\)/);
    const command = ['matrix-bastion', ...initArguments(deployment), '--proxy', 'nginx'].join(' ');
    expect(text).toContain(`For that, run: ${command}`);
    expect(await packages(vps)).toEqual(before);
  });

  it('asks a person about nginx, and offers it', async () => {
    const flags = ['--domain', DOMAIN, '--dry-run', '--host-key', vps.fingerprint];
    await sitDown(vps, { columns: 100, rows: 40, flags, known: true }, async (sitting) => {
      await sitting.at(/\? Tier of the box/, () => sitting.terminal.press('Enter'));
      await sitting.at(/\? Rooms that/, () => sitting.terminal.press('Enter'));
      await sitting.at(/\? Name of the first/, () => sitting.terminal.press('Enter'));
      await sitting.at(/\? Web server that keeps ports 80 and 443/, async () => {
        expect(await sitting.screen()).toMatch(/nginx holds port 80[\s\S]*[>❯] nginx: stays/);
        await sitting.terminal.press('Enter');
      });
      await sitting.at(/\? These are your answers/, async () => {
        expect(await sitting.screen()).toMatch(/proxy +nginx\n.*proxy-listen +127\.0\.0\.1:8008/);
        await sitting.terminal.press('Enter');
      });
      expect(await sitting.exitCode()).toBe(0);
      const text = await sitting.terminal.text();
      expect(text).toContain('see the server at https://matrix.px-shop.test, through nginx');
      expect(text).not.toMatch(/MB-(HOST-PORT|PORT|DNS-CAA)/);
    });
    forgetDomain(DOMAIN);
  });

  it('gets everything but the way in, and the lines for nginx', async () => {
    const { exitCode, text } = await finish(behind('--proxy', 'nginx'));
    expect(exitCode, text).toBe(3);
    expect(text).toContain(
      `FAILED MB-PROXY https://${MATRIX} does not lead to the server through nginx yet.`,
    );
    expect(text).toContain(`(on the machine it is ${OWN}/nginx.conf)`);
    expect(text).toContain(`(on the machine it is ${OWN}/nginx-domain.conf)`);
    expect(text).toContain('Then go on with:');
    // What is printed is what lies there.
    for (const name of ['nginx.conf', 'nginx-domain.conf']) {
      const lines = (await vps.exec(`grep -v '^#' ${OWN}/${name}`)).stdout.trimEnd().split('\n');
      for (const line of lines) expect(text).toContain(line.trimStart());
    }
    expect(text.match(/FAILED /g)).toHaveLength(1);
  });

  it('listens for nginx alone, and has no certificate of its own', async () => {
    const { stdout } = await vps.exec(
      "ss -H -l -n -t -p; find /opt/matrix-bastion/caddy/data -name '*.crt' -o -name acme",
    );
    const ours = stdout.split('\n').filter((line) => line.includes('docker-proxy'));
    expect(ours.map((line) => line.trim().split(/\s+/)[3])).toEqual(['127.0.0.1:8008']);
    expect(stdout).not.toMatch(/^\/opt/m);
    const outside = await operator.run(['curl', '-sS', '--max-time', '3', `http://${vps.ip}:8008/health`]);
    expect(outside.exitCode).not.toBe(0);
  });

  it('says the same again, and does nothing else', async () => {
    const before = [await tree(vps), await containers(vps)];
    const { exitCode, text } = await finish(behind());
    expect(exitCode, text).toBe(3);
    expect(text).toContain('FAILED MB-PROXY');
    expect([await tree(vps), await containers(vps)]).toEqual(before);
    expect(await website()).toEqual(untouchedWebsite);
  });

  it('is green once its lines are in nginx, and empty after that', async () => {
    await vps.exec(`cp ${OWN}/nginx.conf /etc/nginx/conf.d/matrix.conf
cp ${OWN}/nginx-domain.conf /etc/nginx/shop.d/matrix.conf`);
    await reload(/^\{"versions"/);
    const { exitCode, text } = await finish(behind());
    expect(exitCode, text).toBe(0);
    expect((await check(DOMAIN)).exitCode).toBe(0);
    expect(await logIn(DOMAIN)).toBe(`@admin:${DOMAIN}`);
    const before = [await tree(vps), await containers(vps)];
    expect((await finish(behind())).text).toContain('Nothing to do');
    expect([await tree(vps), await containers(vps)]).toEqual(before);
  });

  it('lets large uploads through, and Synapse sees who sends them', async () => {
    const begun = Date.now();
    const { stdout } = await operator.run([process.execPath, CLIENT], {
      input: JSON.stringify({
        baseUrl: `https://${MATRIX}`,
        user: 'admin',
        password: adminPassword(DOMAIN),
        mebibytes: 40,
      }),
      reject: true,
    });
    expect(stdout.trim()).toMatch(/^mxc:/);
    const own = [operator.ip, operator.ip6];
    for (const address of await addresses(own, begun)) expect(own).toContain(address);
  });

  it('believes nginx about the client, and the client about nothing', async () => {
    // As a proxy would that adds to what the client made up: logged in like that, Synapse keeps the address.
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'admin' } };
    const { stdout: token } = await vps.exec(
      `curl -sS -d @- -H 'X-Forwarded-For: 198.51.100.9, 203.0.113.5' http://127.0.0.1:8008/_matrix/client/v3/login | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`,
      { input: JSON.stringify({ ...login, password: adminPassword(DOMAIN) }) },
    );
    await vps.exec(
      `curl -sSf -H @- -H 'X-Forwarded-For: 198.51.100.9, 203.0.113.5' http://127.0.0.1:8008/_matrix/client/v3/account/whoami`,
      { input: `Authorization: Bearer ${token.trim()}\n` },
    );
    expect(await addresses(['203.0.113.5'], 0)).not.toContain('198.51.100.9');
  });

  it('is told what its nginx does wrong, with its own lines', async () => {
    // What testers ask for, and no more of federation.
    await vps.exec(
      `sed -i 's#location ~ .* {#location ~ ^/(_matrix/client|_matrix/key|_matrix/federation/v1/version|.well-known) {#' /etc/nginx/conf.d/matrix.conf`,
    );
    await reload(/<title>404/, '/_matrix/federation/v1/event/x');
    const { exitCode, text } = await finish(behind());
    expect(exitCode, text).toBe(3);
    expect(text).toContain('FAILED MB-FED-029');
    expect(text).toContain('proxy_pass http://127.0.0.1:8008;');
    const judged = await check(DOMAIN);
    expect(judged.exitCode).toBe(1);
    expect(judged.all).toContain('proxy_pass http://127.0.0.1:8008;');
    await vps.exec(`cp ${OWN}/nginx.conf /etc/nginx/conf.d/matrix.conf`);
    await reload(/M_UNAUTHORIZED/, '/_matrix/federation/v1/event/x');
  });

  it('has left the website alone throughout', async () => {
    expect(await website()).toEqual(untouchedWebsite);
  });

  it('takes the ports itself again only when they are free, and gives them back', async () => {
    const taken = await finish(behind('--proxy', 'none'));
    expect(taken.exitCode, taken.text).toBe(1);
    expect(taken.text).toContain('FAILED MB-HOST-PORT');
    expect((await check(DOMAIN)).exitCode).toBe(0);

    await vps.exec('systemctl stop nginx');
    const alone = await finish(behind('--proxy', 'none'));
    expect(alone.exitCode, alone.text).toBe(0);
    expect(alone.text).toContain(`remove ${OWN}/nginx`);
    expect((await check(DOMAIN)).exitCode).toBe(0);
    expect((await finish(behind())).text).toContain('Nothing to do');

    const back = await finish(behind('--proxy', 'nginx'));
    expect(back.exitCode, back.text).toBe(3);
    await vps.exec('systemctl start nginx');
    const again = await finish(behind());
    expect(again.exitCode, again.text).toBe(0);
    expect((await finish(behind())).text).toContain('Nothing to do');
  });

  it('is shown by --check what another port would change', async () => {
    const { all, exitCode } = await product([
      ...initArguments(behind('--proxy', 'nginx', '--proxy-listen', '127.0.0.1:8009')),
      '--check',
    ]);
    expect(exitCode).toBe(10);
    expect(all).toContain('start caddy (its configuration changed)');
    expect(all).toContain('+      - "127.0.0.1:8009:8008"');
  });
});
