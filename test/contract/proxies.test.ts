/**
 * The lines for somebody's own proxy (`--proxy`), in the very programs, beside a website of theirs: nginx, Apache, Caddy and
 * HAProxy of Debian, Traefik of PyPI. Behind them stands what says what reached it, in the place of our router. Ports and
 * certificates are this test's; everything else is as it is printed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProxySoftware } from '../../src/answers/answers.ts';
import { proxyFileText, proxySetUp } from '../../src/render/proxy.ts';
import { codes, Lab, V4, V4_OTHER } from '../unit/federation/lab/lab.ts';
import { apex, homeserver } from '../unit/federation/lab/server.ts';
import { installMissing } from '../world/packages.ts';
import { freePort, type Program, startProgram } from './programs.ts';
import { traefikProgram } from './traefik.ts';

const ANSWERS = { domain: 'example.org', matrixHost: 'matrix.example.org' } as const;
const MEDIA = '/_matrix/media/v3/upload';
const MIB = 1024 * 1024;
/** Where the client of these tests comes from: another address than the proxy's. */
const CLIENT = '127.0.0.9';

/** A request as it reached what stands behind the proxy. */
interface Reached {
  readonly line: string;
  readonly host: string | undefined;
  readonly forwardedFor: string | undefined;
  readonly proto: string | undefined;
  readonly version: string;
  readonly bytes: number;
}

let lab: Lab;
let folder: string;
let router: http.Server;
let running: Program | undefined;
let traefik: string;
const reached: Reached[] = [];

const answers = homeserver('example.org', apex('matrix.example.org:443', 'https://matrix.example.org'));

beforeAll(async () => {
  await installMissing([
    ['nginx', 'nginx'],
    ['apache2', 'apache2'],
    ['haproxy', 'haproxy'],
    ['caddy', 'caddy'],
  ]);
  traefik = await traefikProgram();
  lab = await Lab.open();
  router = http.createServer(async (request, response) => {
    let bytes = 0;
    for await (const part of request) bytes += (part as Buffer).length;
    const { host, 'x-forwarded-for': forwardedFor, 'x-forwarded-proto': proto } = request.headers;
    reached.push({
      line: request.url ?? '',
      host,
      forwardedFor: String(forwardedFor),
      proto: String(proto),
      version: request.httpVersion,
      bytes,
    });
    const answer = answers(request) ?? { status: 404, body: '{"errcode":"M_UNRECOGNIZED"}' };
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise<void>((done) => router.listen(0, '127.0.0.1', done));
}, 300_000);
afterAll(async () => {
  router.close();
  await lab.close();
});
/** A folder for a program, and the names that the lab asks it for. */
const makeReady = async (): Promise<void> => {
  await lab.reset();
  lab.dns({ 'example.org': { A: [V4] }, 'matrix.example.org': { A: [V4_OTHER] } });
  // nginx, Apache and HAProxy give up root for a user of their own, who has to read what is in here.
  folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  await execa('chmod', ['755', folder]);
  writeFileSync(join(folder, 'both.pem'), `${lab.good.cert}\n${lab.good.key}`);
  writeFileSync(join(folder, 'cert.pem'), lab.good.cert);
  writeFileSync(join(folder, 'key.pem'), lab.good.key);
};

/** The files that lie on the machine, by name; only the place of the certificate is another. */
const snippets = (software: ProxySoftware): Readonly<Record<string, string>> => {
  const listen = `127.0.0.1:${(router.address() as AddressInfo).port}`;
  const { parts } = proxySetUp(ANSWERS, { software, listen }, true);
  return Object.fromEntries(
    parts.map((part) => [
      part.path.replace(/^.*\//, ''),
      proxyFileText(part)
        .replaceAll(/\/etc\/letsencrypt\/live\/\S+\/fullchain\.pem/g, `${folder}/cert.pem`)
        .replaceAll(/\/etc\/letsencrypt\/live\/\S+\/privkey\.pem/g, `${folder}/key.pem`),
    ]),
  );
};

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

type Serve = (port: number) => Promise<readonly [command: string, ...args: string[]]>;

const nginx: Serve = async (port) => {
  const { 'nginx.conf': own = '', 'nginx-domain.conf': domain = '' } = snippets('nginx');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const config = write(
    'main.conf',
    `daemon off; pid ${folder}/pid; error_log stderr; events {}
http { access_log off; ${temporary}
server { listen 127.0.0.1:${port} ssl; server_name example.org;
ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
${domain}
location ~ /\\. { deny all; }
location / { default_type text/html; return 200 '<html>website</html>'; } }
${own.replace('listen 443', `listen 127.0.0.1:${port}`).replace(/listen \[::\]:443.*/, '')}
}`,
  );
  return ['nginx', '-c', config];
};

const apache: Serve = async (port) => {
  const { 'apache.conf': own = '', 'apache-domain.conf': domain = '' } = snippets('apache');
  const modules = [
    'mpm_event',
    'authz_core',
    'headers',
    'ssl',
    'proxy',
    'proxy_http',
    'mime',
    'alias',
    'dir',
  ];
  const site = join(folder, 'site');
  await execa('install', ['-d', '-m', '755', site]);
  writeFileSync(join(site, 'index.html'), 'website');
  const config = write(
    'main.conf',
    `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${port}
User www-data
Group www-data
TypesConfig /etc/mime.types
<VirtualHost *:${port}>
ServerName example.org
SSLEngine on
SSLCertificateFile ${folder}/cert.pem
SSLCertificateKeyFile ${folder}/key.pem
${domain}
Alias / ${site}/
<Directory ${site}>
Require all granted
</Directory>
</VirtualHost>
${own.replace('*:443', `*:${port}`)}`,
  );
  return ['apache2', '-D', 'FOREGROUND', '-f', config];
};

const caddy: Serve = async (port) => {
  const { 'caddy.conf': own = '', 'caddy-domain.conf': domain = '' } = snippets('caddy');
  const tls = `tls ${folder}/cert.pem ${folder}/key.pem`;
  const config = write(
    'main.Caddyfile',
    `{
admin off
auto_https off
default_bind 127.0.0.1
}
https://example.org:${port} {
${tls}
${domain}
handle {
respond "website"
}
}
${own.replace('matrix.example.org {', `https://matrix.example.org:${port} {\n${tls}`)}`,
  );
  return ['caddy', 'run', '--config', config, '--adapter', 'caddyfile'];
};

const haproxy: Serve = async (port) => {
  const { 'haproxy-frontend.cfg': front = '', 'haproxy-backend.cfg': back = '' } = snippets('haproxy');
  const config = write(
    'main.cfg',
    `defaults
mode http
timeout connect 5s
timeout client 30s
timeout server 30s
frontend all
bind 127.0.0.1:${port} ssl crt ${folder}/both.pem
${front}
default_backend website
backend website
http-request return status 200 content-type text/html string "website"
${back}`,
  );
  return ['haproxy', '-db', '-f', config];
};

const traefikOf: Serve = async (port) => {
  const { 'traefik.yaml': own = '', 'traefik-static.yaml': fixed = '' } = snippets('traefik');
  await execa('install', ['-d', join(folder, 'rules')]);
  const website = await new Promise<http.Server>((done) => {
    const server = http.createServer((_, response) => response.end('website'));
    server.listen(0, '127.0.0.1', () => done(server));
    server.unref();
  });
  write('rules/matrix.yaml', own.replaceAll('certResolver: letsencrypt', 'options: default'));
  write(
    'rules/website.yaml',
    `http:
  routers:
    site: { rule: "Host(\`example.org\`)", service: site, tls: {}, entryPoints: [websecure] }
  services:
    site: { loadBalancer: { servers: [{ url: "http://127.0.0.1:${(website.address() as AddressInfo).port}" }] } }
tls:
  certificates: [{ certFile: ${folder}/cert.pem, keyFile: ${folder}/key.pem }]
`,
  );
  const config = write(
    'main.yaml',
    `global: { checkNewVersion: false, sendAnonymousUsage: false }
providers: { file: { directory: ${folder}/rules } }
${fixed.replace('  websecure:', `  websecure:\n    address: 127.0.0.1:${port}`)}`,
  );
  return [traefik, `--configFile=${config}`];
};

interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request from the client's own address, with a path that nothing on the way here touches. */
const ask = (
  port: number,
  host: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: http.OutgoingHttpHeaders; body?: Buffer } = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const request = https.request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        localAddress: CLIENT,
        servername: host,
        rejectUnauthorized: false,
        agent: false,
        headers: { Host: host, ...headers, ...(body ? { 'Content-Length': body.length } : {}) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });

describe.each<[string, Serve]>([
  ['nginx', nginx],
  ['Apache', apache],
  ['Caddy', caddy],
  ['HAProxy', haproxy],
  ['Traefik', traefikOf],
])('%s', (_name, serve) => {
  let port: number;
  const last = (): Reached | undefined => reached.at(-1);
  beforeAll(async () => {
    await makeReady();
    port = await freePort();
    const [command, ...args] = await serve(port);
    running = await startProgram(port, command, args, folder);
    // Traefik listens before it has read its rules.
    const website = () => ask(port, 'example.org', '/').catch((error: Error) => ({ body: error.message }));
    for (let left = 100; ; left -= 1) {
      const { body } = await website();
      if (body.includes('website')) break;
      if (left === 0) throw new Error(`no website: ${body} ${await running.end()}`);
      await new Promise((done) => setTimeout(done, 100));
    }
    lab.internet.standsFor(`${V4}:443`, port);
    lab.internet.standsFor(`${V4_OTHER}:443`, port);
  });
  afterAll(async () => {
    await running?.end();
    rmSync(folder, { recursive: true });
  });

  it('leads other servers and clients here: nothing to find', async () => {
    expect(codes(await lab.check('example.org', { timeout: 10_000 }))).toEqual([]);
  });

  it.each([
    '/_matrix/client/v3/directory/room/%23flowers%3Aexample.org',
    '/_matrix/client/v3/rooms/%21a%2Fb%3Aexample.org/state/m.room.name/x%252Fy%3F?at=%2F%23',
    '/_matrix/federation/v1/event/%24abc%2Fdef%2Bg',
    '/_synapse/client/pick_idp?redirectUrl=https%3A%2F%2Fx.example%2F%23%2F',
  ])('hands on %s as it is', async (path) => {
    await ask(port, 'matrix.example.org', path);
    expect(last()?.line).toBe(path);
  });

  it('says who the client is, whatever the client says', async () => {
    await ask(port, 'matrix.example.org', '/_matrix/client/versions', {
      headers: { 'X-Forwarded-For': '203.0.113.66, 198.51.100.7', 'X-Forwarded-Proto': 'http' },
    });
    expect(last()).toMatchObject({
      forwardedFor: CLIENT,
      proto: 'https',
      host: 'matrix.example.org',
      version: '1.1',
    });
  });

  it('lets an upload of 40 MiB through, whole', async () => {
    const { status } = await ask(port, 'matrix.example.org', MEDIA, {
      method: 'POST',
      body: Buffer.alloc(40 * MIB, 'x'),
    });
    // The stand-in knows no uploads.
    expect(status).toBe(404);
    expect(last()).toMatchObject({ line: MEDIA, bytes: 40 * MIB });
  });

  it.each(['server', 'client'])(
    'hands on the well-known file %s of the domain, for pages of other sites too',
    async (name) => {
      const { status, headers } = await ask(port, 'example.org', `/.well-known/matrix/${name}`);
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(last()?.line).toBe(`/.well-known/matrix/${name}`);
    },
  );

  it('leaves the website alone', async () => {
    for (const path of ['/', '/?x']) expect((await ask(port, 'example.org', path)).body).toContain('website');
    const before = reached.length;
    await ask(port, 'example.org', '/_matrix/client/versions');
    await ask(port, 'matrix.example.org', '/_synapse/admin/v1/server_version');
    await ask(port, 'matrix.example.org', '/');
    expect(reached.length).toBe(before);
  });
});
