import { UPLOAD_MIB } from '../render/limits.ts';
import { WELL_KNOWN_FOLDER } from './well-known-lines.ts';

/** A web server that hands requests on. */
export type RoutingServer = 'nginx' | 'Apache' | 'Caddy' | 'Traefik' | 'HAProxy';

export interface Way {
  /** Name that the requests ask for. */
  readonly host: string;
  /** Where they are handed on to in plain HTTP: `127.0.0.1:8008`, `[fd00::1]:8008`. */
  readonly upstream: string;
  /** What they begin with, without the slash at the end: `/_matrix`. */
  readonly paths: readonly string[];
  /** A word for rules that need a name of their own. */
  readonly rule: string;
}

/** What clients and other servers ask of Synapse (its manual, docs/reverse_proxy.md); nothing else belongs in public. */
export const SYNAPSE_PATHS: readonly string[] = ['/_matrix', '/_synapse/client'];

/**
 * Seconds that an answer may take. A sync waits for as long as its client asks; joining a large room takes minutes, which is
 * a guess on the long side: whoever gives up before Synapse does gets an error for a join that works.
 */
export const ANSWER_SECONDS = 600;

/** Under 3.6.4 and in 2.11 before .32 there is no such setting and nothing is refused (Traefik, "Encoded characters"). */
export const TRAEFIK_ENCODED: readonly string[] = ['Slash', 'Hash', 'Percent', 'QuestionMark'];

type Lines = (way: Way) => readonly string[];

/**
 * What leads requests to a homeserver, path untouched, with the client's address and the name that was asked for. nginx:
 * into a server block; Apache: into a virtual host; Caddy: a site block's inside; HAProxy: a frontend's, then `backendLines`.
 * Sources: Synapse's manual, docs/reverse_proxy.md; each program's manual at the directives.
 */
const LINES: Readonly<Record<RoutingServer, Lines>> = {
  nginx: ({ upstream, paths }) => [
    `location ~ ^(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})/ {`,
    '    # nothing after the port, not even a slash: else nginx decodes the path',
    `    proxy_pass http://${upstream};`,
    '    proxy_http_version 1.1;',
    '    proxy_set_header Host $host;',
    '    proxy_set_header X-Forwarded-For $remote_addr;',
    '    proxy_set_header X-Forwarded-Proto $scheme;',
    `    client_max_body_size ${UPLOAD_MIB}M;`,
    '    # a sync waits, and joining a large room takes minutes',
    `    proxy_read_timeout ${ANSWER_SECONDS}s;`,
    '}',
  ],
  Apache: ({ upstream, paths }) => [
    'AllowEncodedSlashes NoDecode',
    'ProxyPreserveHost On',
    '# the address of the client, and none that it made up',
    'ProxyAddHeaders Off',
    'RequestHeader set X-Forwarded-For "expr=%{REMOTE_ADDR}"',
    'RequestHeader set X-Forwarded-Proto "https"',
    `LimitRequestBody ${UPLOAD_MIB * 1024 * 1024}`,
    '# nocanon: the path as it came; a sync waits, and joining a large room takes minutes',
    ...paths.map((path) => `ProxyPass ${path} http://${upstream}${path} nocanon timeout=${ANSWER_SECONDS}`),
  ],
  Caddy: ({ upstream, paths, rule }) => [
    `@${rule} path ${paths.map((path) => `${path}/*`).join(' ')}`,
    `reverse_proxy @${rule} ${upstream}`,
  ],
  Traefik: ({ host, paths, rule }) => [
    `traefik.http.routers.${rule}.rule=${traefikRule({ host, paths })}`,
    `traefik.http.routers.${rule}.entrypoints=websecure`,
    `traefik.http.routers.${rule}.tls=true`,
  ],
  HAProxy: ({ host, paths, rule }) => [
    `acl ${rule}_host hdr(host),field(1,:) -i ${host}`,
    `use_backend matrix if ${rule}_host { path_beg ${paths.map((path) => `${path}/`).join(' ')} }`,
  ],
};

export const routeLines = (server: RoutingServer, way: Way): readonly string[] => LINES[server](way);

/**
 * Hands on the files of well-known alone, beside a website that stays as it is: a prefix that other rules of the site do not
 * come before.
 */
export const signpostLines = (
  server: 'nginx' | 'Apache' | 'Caddy',
  { upstream }: Pick<Way, 'upstream'>,
): readonly string[] =>
  ({
    nginx: [
      `location ^~ /${WELL_KNOWN_FOLDER}/ {`,
      `    proxy_pass http://${upstream};`,
      '    proxy_set_header Host $host;',
      '}',
    ],
    Apache: [`ProxyPass /${WELL_KNOWN_FOLDER} http://${upstream}/${WELL_KNOWN_FOLDER}`],
    Caddy: [`handle /${WELL_KNOWN_FOLDER}/* {`, `    reverse_proxy ${upstream}`, '}'],
  })[server];

/** Which requests a router of Traefik takes (its manual, "Rules"). */
export const traefikRule = ({ host, paths }: Pick<Way, 'host' | 'paths'>): string =>
  `Host(\`${host}\`) && (${paths.map((path) => `PathPrefix(\`${path}/\`)`).join(' || ')})`;

/** HAProxy's section beside its frontends. */
export const backendLines = ({ upstream }: Pick<Way, 'upstream'>): readonly string[] => [
  'backend matrix',
  '    # the address of the client, and none that it made up',
  '    http-request set-header X-Forwarded-For %[src]',
  '    http-request set-header X-Forwarded-Proto https',
  '    # a sync waits, and joining a large room takes minutes',
  `    timeout server ${ANSWER_SECONDS}s`,
  `    server homeserver ${upstream}`,
];
