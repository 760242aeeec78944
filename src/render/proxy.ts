import type { Answers, OwnProxy, ProxySoftware } from '../answers/answers.ts';
import { certificateLines, RELOAD } from '../federation/certificate-lines.ts';
import {
  ANSWER_SECONDS,
  backendLines,
  routeLines,
  SYNAPSE_PATHS,
  signpostLines,
  TRAEFIK_ENCODED,
  traefikRule,
} from '../federation/route-lines.ts';
import { WELL_KNOWN_FOLDER } from '../federation/well-known-lines.ts';
import { allowedHost, allowedListen } from './allowed.ts';
import { PATHS } from './layout.ts';
import { UPLOAD_MIB } from './limits.ts';

/** How the programs name themselves. */
export const PROXY_NAMES: Readonly<Record<ProxySoftware, string>> = {
  nginx: 'nginx',
  apache: 'Apache',
  caddy: 'Caddy',
  traefik: 'Traefik',
  haproxy: 'HAProxy',
  other: 'your proxy',
};

/** Lines for somebody's own proxy; on the machine they are a file that nobody reads until they are copied. */
export interface ProxyPart {
  readonly path: string;
  /** Where they go, as the end of `Put this into …`. */
  readonly where: string;
  readonly lines: readonly string[];
}

export interface ProxySetUp {
  readonly parts: readonly ProxyPart[];
  /** What has to be done besides, in its order, a line each. */
  readonly besides: readonly string[];
}

interface Names {
  readonly host: string;
  /** The domain, when it is another name that the same proxy answers for. */
  readonly domain: string | undefined;
  readonly upstream: string;
}

/** All that the router of ours has to give: what clients and other servers ask for, and where they are told to ask. */
const PATHS_OF_MATRIX = [...SYNAPSE_PATHS, `/${WELL_KNOWN_FOLDER}`];

const way = ({ host, upstream }: Names) => ({ host, upstream, paths: PATHS_OF_MATRIX, rule: 'matrix' });

const part = (name: string, where: string, lines: readonly string[]): ProxyPart => ({
  path: `${PATHS.proxy}/${name}`,
  where,
  lines,
});

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** Beside the website of the domain. */
const atDomain = (
  { domain, upstream }: Names,
  server: 'nginx' | 'Apache' | 'Caddy',
  name: string,
  where: (domain: string) => string,
): ProxyPart[] =>
  domain === undefined ? [] : [part(name, where(domain), signpostLines(server, { upstream }))];

type SetUp = (names: Names) => ProxySetUp;

const SET_UP: Readonly<Record<ProxySoftware, SetUp>> = {
  nginx: (names) => ({
    parts: [
      part('nginx.conf', 'a file of its own, such as /etc/nginx/conf.d/matrix.conf', [
        'server {',
        '    listen 443 ssl;',
        '    listen [::]:443 ssl;',
        `    server_name ${names.host};`,
        ...indented(certificateLines.nginx(names.host)),
        '',
        ...indented(routeLines('nginx', way(names))),
        '}',
      ]),
      ...atDomain(
        names,
        'nginx',
        'nginx-domain.conf',
        (domain) =>
          `the server block of ${domain} that listens on 443; a "return" of the whole block has to move into its "location /"`,
      ),
    ],
    besides: [
      `Certificate, once, before: certbot certonly --nginx -d ${names.host}`,
      `Then: ${RELOAD.nginx}`,
    ],
  }),
  apache: (names) => ({
    parts: [
      part('apache.conf', 'a file of its own, such as /etc/apache2/sites-enabled/matrix.conf', [
        '<VirtualHost *:443>',
        `    ServerName ${names.host}`,
        ...indented(certificateLines.Apache(names.host)),
        '',
        ...indented(routeLines('Apache', way(names))),
        '</VirtualHost>',
      ]),
      ...atDomain(
        names,
        'Apache',
        'apache-domain.conf',
        (domain) => `the virtual host of ${domain} on 443, before redirects and rewrites`,
      ),
    ],
    besides: [
      'Modules, once: a2enmod ssl headers proxy proxy_http',
      `Certificate, once, before: certbot certonly --apache -d ${names.host}`,
      `Then: ${RELOAD.Apache}`,
    ],
  }),
  caddy: (names) => ({
    parts: [
      part('caddy.conf', '/etc/caddy/Caddyfile, at its end', [
        `${names.host} {`,
        ...indented(routeLines('Caddy', way(names))),
        '}',
      ]),
      ...atDomain(names, 'Caddy', 'caddy-domain.conf', (domain) => `the site block of ${domain}`),
    ],
    besides: [`Then: ${RELOAD.Caddy}`],
  }),
  traefik: (names) => ({
    parts: [
      part('traefik.yaml', 'a file of its own in the folder of the file provider', [
        'http:',
        '  routers:',
        ...traefikRouter('matrix', names.host, PATHS_OF_MATRIX),
        ...(names.domain === undefined
          ? []
          : traefikRouter('matrix-domain', names.domain, [`/${WELL_KNOWN_FOLDER}`])),
        '  services:',
        '    matrix:',
        '      loadBalancer:',
        '        servers:',
        `          - url: "http://${names.upstream}"`,
      ]),
      part('traefik-static.yaml', 'the static configuration, 3.6.4 and later', [
        'entryPoints:',
        '  websecure:',
        '    transport:',
        '      respondingTimeouts:',
        '        # a large upload over a slow line',
        `        readTimeout: ${ANSWER_SECONDS}s`,
        '    http:',
        '      # ids of rooms and events hold such characters; everything behind this entry point gets them',
        '      encodedCharacters:',
        ...TRAEFIK_ENCODED.map((what) => `        allowEncoded${what}: true`),
      ]),
    ],
    besides: [
      'With other names for the entry point and the certificate resolver put those in the place of websecure and letsencrypt.',
      'Then restart Traefik: the static configuration is read at its start.',
    ],
  }),
  haproxy: (names) => ({
    parts: [
      part('haproxy-frontend.cfg', 'the frontend that holds port 443, before its other use_backend lines', [
        ...routeLines('HAProxy', way(names)),
        ...(names.domain === undefined
          ? []
          : routeLines('HAProxy', {
              host: names.domain,
              upstream: names.upstream,
              paths: [`/${WELL_KNOWN_FOLDER}`],
              rule: 'matrix_domain',
            })),
      ]),
      part('haproxy-backend.cfg', '/etc/haproxy/haproxy.cfg, at its end', backendLines(names)),
    ],
    besides: [
      `Certificate for ${names.host}, for example, in the folder of "bind … ssl crt": ${certificateLines.HAProxy(names.host).join('; ')}`,
      `Then: ${RELOAD.HAProxy}`,
    ],
  }),
  other: (names) => ({
    parts: [
      part('other.txt', 'the configuration of your proxy, in its own words', [
        `- https://${names.host} on port 443, with a certificate for that name. Port 8448 is not needed.`,
        `- All of ${PATHS_OF_MATRIX.map((path) => `${path}/`).join(', ')} goes to http://${names.upstream} (HTTP/1.1, no WebSocket).`,
        ...(names.domain === undefined
          ? []
          : [`- https://${names.domain}/${WELL_KNOWN_FOLDER}/ goes there too.`]),
        '- The path goes on byte by byte: %2F, %23 and // are neither decoded nor cleaned nor refused.',
        '- The header Host goes on as it came.',
        '- X-Forwarded-For is the address of the client; what the client sent under that name is dropped.',
        '- X-Forwarded-Proto is https.',
        `- Bodies up to ${UPLOAD_MIB} MiB.`,
        `- ${ANSWER_SECONDS} s of patience for an answer: a sync waits, and joining a large room takes minutes.`,
      ]),
    ],
    besides: [],
  }),
};

const traefikRouter = (name: string, host: string, paths: readonly string[]): string[] => [
  `    ${name}:`,
  `      rule: "${traefikRule({ host, paths })}"`,
  '      priority: 1000',
  '      entryPoints: [websecure]',
  '      service: matrix',
  '      tls:',
  '        certResolver: letsencrypt',
];

/** What to write into somebody's own proxy, for these names; `apexHere`: it answers for the domain as well. */
export const proxySetUp = (
  { domain, matrixHost }: Pick<Answers, 'domain' | 'matrixHost'>,
  { software, listen }: OwnProxy,
  apexHere: boolean,
): ProxySetUp =>
  SET_UP[software]({
    host: allowedHost(matrixHost),
    domain: apexHere && domain !== matrixHost ? allowedHost(domain) : undefined,
    upstream: allowedListen(listen),
  });

/** The text of a part's file: what it is, then the lines. */
export const proxyFileText = ({ where, lines }: ProxyPart): string =>
  [
    '# Written by matrix-bastion for your own proxy, which does not read this file: copy it.',
    `# Into ${where}:`,
    ...lines,
    '',
  ].join('\n');
