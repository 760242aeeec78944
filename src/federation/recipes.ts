import { certificateLines, RELOAD } from './certificate-lines.ts';
import type { Code } from './codes.ts';
import { bracketed } from './ip.ts';
import { backendLines, routeLines, SYNAPSE_PATHS, TRAEFIK_ENCODED, type Way } from './route-lines.ts';
import { APACHE_FOLDER, WELL_KNOWN_FOLDER, wellKnownLines } from './well-known-lines.ts';

/** Web servers and services that stand between the network and homeservers. */
export const SOFTWARE = ['nginx', 'Apache', 'Caddy', 'Traefik', 'HAProxy', 'Cloudflare'] as const;
export type Software = (typeof SOFTWARE)[number];

/** What is filled into a recipe: server names only, which hold nothing that a configuration could misread. */
export interface Places {
  /** server_name without its port. */
  readonly domain: string;
  /** Name that the homeserver is reached under. */
  readonly host: string;
  /** Port that other servers connect to. */
  readonly port: number;
  /** Where requests are handed on to; absent: Synapse's own port on the same machine. */
  readonly upstream?: string;
}

/** Source: Synapse's manual, docs/reverse_proxy.md. */
const SYNAPSE = '127.0.0.1:8008';

type Recipe = Readonly<Record<Software, (places: Places) => readonly string[]>>;

const document = ({ host, port }: Places): string => `{"m.server": "${bracketed(host)}:${port}"}`;

const wayTo = ({ host, upstream = SYNAPSE }: Places): Way => ({
  host,
  upstream,
  paths: SYNAPSE_PATHS,
  rule: 'matrix',
});

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

const serverFile = (places: Places) => [{ name: 'server', text: document(places) }];

/** Sources: each program's manual, at the directives that are named. */
const WELL_KNOWN: Recipe = {
  nginx: (places) => [
    `# server block of ${places.domain}, above the location of the website`,
    ...wellKnownLines('nginx', serverFile(places), places.domain),
  ],
  Apache: (places) => [
    `# virtual host of ${places.domain}, before redirects and rewrites; once before: a2enmod headers`,
    ...wellKnownLines('Apache', serverFile(places), places.domain),
    `# ${APACHE_FOLDER}/server: ${document(places)}`,
  ],
  Caddy: (places) => [
    `# site block of ${places.domain}`,
    ...wellKnownLines('Caddy', serverFile(places), places.domain),
  ],
  Traefik: (places) => [
    '# Traefik serves no files: route the path to the container that does (the homeserver, or any web server)',
    '# labels of that container',
    ...routeLines('Traefik', {
      ...wayTo(places),
      host: places.domain,
      paths: [`/${WELL_KNOWN_FOLDER}`],
      rule: 'matrix-wk',
    }),
    'traefik.http.routers.matrix-wk.priority=1000',
    '# Synapse serves it itself with serve_server_wellknown: true, when it is reached on port 443',
  ],
  HAProxy: (places) => [
    '# frontend that holds port 443, before its other rules',
    ...wellKnownLines('HAProxy', serverFile(places), places.domain),
  ],
  Cloudflare: (places) => [
    `# Worker on the route ${places.domain}/.well-known/matrix/server`,
    'export default {',
    `  fetch: () => Response.json(${document(places)}, { headers: { "Access-Control-Allow-Origin": "*" } }),`,
    '};',
  ],
};

const ROUTE: Recipe = {
  nginx: (places) => [`server_name ${places.host};`, ...routeLines('nginx', wayTo(places))],
  Apache: (places) => [
    `# virtual host of ${places.host}; once before: a2enmod headers proxy proxy_http`,
    ...routeLines('Apache', wayTo(places)),
  ],
  Caddy: (places) => [`${places.host} {`, ...indented(routeLines('Caddy', wayTo(places))), '}'],
  Traefik: (places) => [
    '# labels of the homeserver',
    ...routeLines('Traefik', wayTo(places)),
    `traefik.http.services.matrix.loadbalancer.server.port=${wayTo(places).upstream.replace(/^.*:/, '')}`,
    '# static configuration, 3.6.4 and later',
    ...TRAEFIK_ENCODED.map(
      (what) => `--entryPoints.websecure.http.encodedCharacters.allowEncoded${what}=true`,
    ),
  ],
  HAProxy: (places) => [
    '# frontend that holds the port; hdr(host) has the port where it is not 443',
    ...routeLines('HAProxy', wayTo(places)),
    ...backendLines(wayTo(places)),
  ],
  Cloudflare: (places) => [
    `DNS, the record of ${places.host}: "DNS only", or delegate to port 443 with a well-known`,
    `Security, Bots: bot fight mode off; or a WAF rule "skip" for: http.host eq "${places.host}" and starts_with(http.request.uri.path, "/_matrix/")`,
    'Rules, URL normalization: off for URLs to origin',
  ],
};

const CERTIFICATE: Recipe = {
  nginx: (places) => [
    `certbot certonly --nginx -d ${places.host}`,
    `listen ${places.port} ssl;`,
    `server_name ${places.host};`,
    ...certificateLines.nginx(places.host),
    `# then: ${RELOAD.nginx}`,
  ],
  Apache: (places) => [
    `certbot certonly --apache -d ${places.host}`,
    `ServerName ${places.host}`,
    ...certificateLines.Apache(places.host),
    `# then: ${RELOAD.Apache}`,
  ],
  Caddy: (places) => [
    `# the site's address makes Caddy get the certificate; port 80 or 443 must be reachable`,
    `${places.host}${places.port === 443 ? '' : `, ${places.host}:${places.port}`} {`,
    ...indented(routeLines('Caddy', wayTo(places))),
    '}',
    '# why it failed: journalctl -u caddy | grep -i acme',
  ],
  Traefik: (places) => [
    `traefik.http.routers.matrix.rule=Host(\`${places.host}\`)`,
    'traefik.http.routers.matrix.tls.certresolver=letsencrypt',
    '# without a resolver that succeeds Traefik shows its default certificate; see its log for "acme"',
  ],
  HAProxy: (places) => [
    ...certificateLines.HAProxy(places.host),
    `bind :${places.port} ssl crt /etc/haproxy/certs/`,
    `# then: ${RELOAD.HAProxy}`,
  ],
  Cloudflare: (places) => [
    `SSL/TLS, Edge certificates: the universal certificate covers ${places.domain} and one level below it`,
    `A name two levels below needs an advanced certificate, or "DNS only" for ${places.host} and a certificate of its own`,
  ],
};

const CORS: Recipe = {
  nginx: () => [
    'location /.well-known/matrix/ {',
    '    add_header Access-Control-Allow-Origin * always;',
    '}',
  ],
  Apache: () => [
    '# once before: a2enmod headers',
    'Header always set Access-Control-Allow-Origin "*" "expr=%{REQUEST_URI} =~ m#^/\\.well-known/matrix/#"',
  ],
  Caddy: () => ['header /.well-known/matrix/* Access-Control-Allow-Origin *'],
  Traefik: () => [
    'traefik.http.middlewares.matrix-cors.headers.accesscontrolalloworiginlist=*',
    'traefik.http.routers.matrix-wk.middlewares=matrix-cors',
  ],
  HAProxy: () => [
    'http-request set-var(txn.path) path',
    'http-response set-header Access-Control-Allow-Origin "*" if { var(txn.path) -m beg /.well-known/matrix/ }',
  ],
  Cloudflare: () => [
    'Rules, Transform rules, Modify response header: set static, Access-Control-Allow-Origin, *',
    'When: starts_with(http.request.uri.path, "/.well-known/matrix/")',
  ],
};

const RECIPES: Partial<Record<Code, Recipe>> = {
  'MB-FED-001': WELL_KNOWN,
  'MB-FED-002': WELL_KNOWN,
  'MB-FED-003': WELL_KNOWN,
  'MB-FED-004': WELL_KNOWN,
  'MB-FED-005': WELL_KNOWN,
  'MB-FED-006': WELL_KNOWN,
  'MB-FED-007': WELL_KNOWN,
  'MB-FED-008': WELL_KNOWN,
  'MB-FED-009': WELL_KNOWN,
  'MB-FED-010': ROUTE,
  'MB-FED-011': CERTIFICATE,
  'MB-FED-012': CERTIFICATE,
  'MB-FED-013': CERTIFICATE,
  'MB-FED-014': CERTIFICATE,
  'MB-FED-015': CERTIFICATE,
  'MB-FED-017': WELL_KNOWN,
  'MB-FED-018': ROUTE,
  'MB-FED-026': CERTIFICATE,
  'MB-FED-027': ROUTE,
  'MB-FED-028': ROUTE,
  'MB-FED-029': ROUTE,
  'MB-FED-030': CORS,
  'MB-FED-034': WELL_KNOWN,
  'MB-FED-101': WELL_KNOWN,
  'MB-FED-102': CERTIFICATE,
  'MB-FED-103': WELL_KNOWN,
  'MB-FED-104': WELL_KNOWN,
  'MB-FED-105': WELL_KNOWN,
  'MB-FED-114': CERTIFICATE,
  'MB-FED-116': CERTIFICATE,
  'MB-FED-119': ROUTE,
  'MB-FED-121': ROUTE,
};

/** Whether a configuration of a web server is the remedy. */
export function hasRecipe(code: Code): boolean {
  return code in RECIPES;
}

/** The lines for one program; undefined where a configuration of a web server is not the remedy. */
export function recipe(code: Code, software: Software, places: Places): readonly string[] | undefined {
  return RECIPES[code]?.[software](places);
}
