/**
 * The lines that the check and `well-known` print, in the configuration of the very programs: what they serve is
 * checked as another server would, and has to be without any finding. nginx, Apache, Caddy and HAProxy of Debian.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Code } from '../../src/federation/codes.ts';
import type { Publisher } from '../../src/federation/publishers.ts';
import { publishing } from '../../src/federation/publishing.ts';
import { recipe, type Software } from '../../src/federation/recipes.ts';
import { wellKnownFiles } from '../../src/federation/wellknown.ts';
import { codes, Lab, V4, V4_OTHER } from '../unit/federation/lab/lab.ts';
import { homeserver } from '../unit/federation/lab/server.ts';
import { installMissing } from '../world/packages.ts';
import { freePort, type Program, startProgram } from './programs.ts';

const PLACES = { domain: 'example.org', host: 'matrix.example.org', port: 443 };
// A dollar, because nginx and shells read one as a variable.
const FILES = wellKnownFiles({
  domain: 'example.org',
  matrixHost: 'matrix.example.org',
  email: 'a$b@example.org',
});
const HOMESERVER = homeserver('example.org');

let lab: Lab;
let folder: string;
let backend: http.Server;
let running: Program | undefined;

beforeAll(async () => {
  await installMissing([
    ['nginx', 'nginx'],
    ['apache2', 'apache2'],
    ['haproxy', 'haproxy'],
    ['caddy', 'caddy'],
  ]);
  lab = await Lab.open();
  backend = http.createServer((request, response) => {
    const answer = HOMESERVER(request) ?? { status: 404, body: '{"errcode":"M_UNRECOGNIZED"}' };
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise<void>((done) => backend.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  backend.close();
  await lab.close();
});
beforeEach(async () => {
  await lab.reset();
  lab.dns({ 'example.org': { A: [V4] }, 'matrix.example.org': { A: [V4_OTHER] } });
  // nginx, Apache and HAProxy give up root for a user of their own, who has to read what is in here.
  folder = mkdtempSync(join(tmpdir(), 'web-server-'));
  await execa('chmod', ['755', folder]);
  writeFileSync(join(folder, 'both.pem'), `${lab.good.cert}\n${lab.good.key}`);
  writeFileSync(join(folder, 'cert.pem'), lab.good.cert);
  writeFileSync(join(folder, 'key.pem'), lab.good.key);
});
afterEach(async () => {
  await running?.end();
  running = undefined;
  rmSync(folder, { recursive: true });
});

/** The lines of a recipe, with the test's homeserver in the place of Synapse's customary port. */
const lines = (code: Code, software: Software): string =>
  (recipe(code, software, PLACES) ?? [])
    .join('\n')
    .replaceAll('127.0.0.1:8008', `127.0.0.1:${(backend.address() as AddressInfo).port}`);

/** The blocks of `well-known --for`, and the files that it names written where it says. */
const published = (publisher: Publisher): string =>
  publishing(publisher, FILES, 'example.org')
    .flatMap(({ what, lines: text = [] }) => {
      const file = /^File (\S+) in (\/\S+)$/.exec(what);
      if (!file) return text;
      const path = join(folder, 'www', String(file[1]));
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text.join('\n'));
      return [];
    })
    .join('\n')
    .replaceAll('/var/www/matrix/', `${join(folder, 'www')}/`);

/** Starts a program and has it answer for both names. */
const start = async (port: number, command: string, args: readonly string[]): Promise<void> => {
  running = await startProgram(port, command, args, folder);
  lab.internet.standsFor(`${V4}:443`, port);
  lab.internet.standsFor(`${V4_OTHER}:443`, port);
};

const nginx = async (site: string, matrix: string): Promise<void> => {
  const port = await freePort();
  const tls = `listen 127.0.0.1:${port} ssl; ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`;
  const config = `daemon off; pid ${folder}/pid; error_log stderr; events {}
http { access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
server { ${tls} server_name example.org;
${site}
location / { default_type text/html; return 200 '<html>website</html>'; } }
server { ${tls}
${matrix}
} }`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  await start(port, 'nginx', ['-c', join(folder, 'nginx.conf')]);
};

const apache = async (site: string, matrix: string): Promise<void> => {
  const port = await freePort();
  const modules = ['mpm_event', 'authz_core', 'alias', 'headers', 'ssl', 'proxy', 'proxy_http', 'mime'];
  const tls = `SSLEngine on\nSSLCertificateFile ${folder}/cert.pem\nSSLCertificateKeyFile ${folder}/key.pem`;
  const config = `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${port}
User www-data
Group www-data
TypesConfig /etc/mime.types
<VirtualHost *:${port}>
ServerName example.org
${tls}
${site}
</VirtualHost>
<VirtualHost *:${port}>
ServerName matrix.example.org
${tls}
${matrix}
</VirtualHost>`;
  writeFileSync(join(folder, 'apache.conf'), config);
  await start(port, 'apache2', ['-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')]);
};

const caddy = async (site: string, matrix: string): Promise<void> => {
  const port = await freePort();
  const tls = `tls ${folder}/cert.pem ${folder}/key.pem`;
  const config = `{
admin off
auto_https off
default_bind 127.0.0.1
}
https://example.org:${port} {
${tls}
${site}
handle { 
respond "website"
}
}
${matrix.replace('matrix.example.org {', `https://matrix.example.org:${port} {\n${tls}`)}
`;
  writeFileSync(join(folder, 'Caddyfile'), config);
  await start(port, 'caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']);
};

const haproxy = async (site: string, matrix: string): Promise<void> => {
  const port = await freePort();
  const [front = '', back = ''] = matrix.split(/^(?=backend )/m);
  const config = `defaults
mode http
timeout connect 5s
timeout client 30s
timeout server 30s
frontend all
bind 127.0.0.1:${port} ssl crt ${folder}/both.pem
${site}
${front}
http-request return status 200 content-type text/html string "<html>website</html>" unless matrix_host
${back}
`;
  writeFileSync(join(folder, 'haproxy.cfg'), config);
  await start(port, 'haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')]);
};

const found = async (): Promise<string[]> => codes(await lab.check('example.org', { timeout: 10_000 }));

test.each([
  ['nginx', nginx, 'nginx'],
  ['Apache', apache, 'apache'],
  ['Caddy', caddy, 'caddy'],
] as const)(
  '%s with the lines of well-known and of the route: nothing to find',
  async (software, serve, publisher) => {
    await serve(published(publisher), lines('MB-FED-029', software));
    expect(await found()).toEqual([]);
  },
);

/** The file for servers alone, which is all that federation needs. */
test.each([
  ['nginx', nginx],
  ['Apache', apache],
  ['Caddy', caddy],
  ['HAProxy', haproxy],
] as const)('%s with the lines of explain: green', async (software, serve) => {
  const text = lines('MB-FED-101', software);
  const [, path = '', document = ''] = /^# \/var\/www\/matrix\/(\S+): (.*)$/m.exec(text) ?? [];
  if (document !== '') {
    mkdirSync(join(folder, 'www', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'www', path), document);
  }
  await serve(text.replaceAll('/var/www/matrix', join(folder, 'www')), lines('MB-FED-029', software));
  const check = await lab.check('example.org', { timeout: 10_000 });
  expect(check.verdict.verdict).toBe('green');
  const delegation = check.verdict.findings.filter(
    (one) => one.check === 'well-known' || one.check === 'routes',
  );
  expect(delegation).toEqual([]);
});

/** Wrong on purpose: what the check says must be of the program's own doing. */
test('nginx with a slash after the port decodes the path, and the finding has the right line for it', async () => {
  const matrix = lines('MB-FED-029', 'nginx')
    .replace(/location ~ .* \{/, 'location /_matrix {')
    .replace(/(proxy_pass \S+);/, '$1/_matrix;');
  await nginx(published('nginx'), matrix);
  const { verdict } = await lab.check('example.org', { timeout: 10_000 });
  const [first] = verdict.findings;
  expect(first?.code).toBe('MB-FED-027');
  expect(first?.recipe?.software).toBe('nginx');
  expect(first?.recipe?.lines.join('\n')).toMatch(/proxy_pass http:\/\/127\.0\.0\.1:8008;/);
});
