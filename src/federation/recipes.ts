import type { Code } from './codes.ts';
import { bracketed } from './ip.ts';

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
}

type Recipe = Readonly<Record<Software, (places: Places) => readonly string[]>>;

const document = ({ host, port }: Places): string => `{"m.server": "${bracketed(host)}:${port}"}`;

/** Sources: each program's manual, at the directives that are named. */
const WELL_KNOWN: Recipe = {
  nginx: (places) => [
    `# server block of ${places.domain}, above the location of the website`,
    'location = /.well-known/matrix/server {',
    '    default_type application/json;',
    `    return 200 '${document(places)}';`,
    '}',
  ],
  Apache: (places) => [
    `# virtual host of ${places.domain}, before redirects and rewrites`,
    'Alias /.well-known/matrix/ /var/www/matrix/',
    '<Directory /var/www/matrix>',
    '    Require all granted',
    '    ForceType application/json',
    '</Directory>',
    `# /var/www/matrix/server: ${document(places)}`,
  ],
  Caddy: (places) => [
    `# site block of ${places.domain}`,
    'handle /.well-known/matrix/server {',
    '    header Content-Type application/json',
    `    respond \`${document(places)}\``,
    '}',
  ],
  Traefik: (places) => [
    '# Traefik serves no files: route the path to the container that does (the homeserver, or any web server)',
    '# labels of that container',
    `traefik.http.routers.matrix-wk.rule=Host(\`${places.domain}\`) && PathPrefix(\`/.well-known/matrix/\`)`,
    'traefik.http.routers.matrix-wk.entrypoints=websecure',
    'traefik.http.routers.matrix-wk.tls=true',
    'traefik.http.routers.matrix-wk.priority=1000',
    '# Synapse serves it itself with serve_server_wellknown: true, when it is reached on port 443',
  ],
  HAProxy: (places) => [
    '# frontend that holds port 443, before its other rules',
    `http-request return status 200 content-type application/json string '${document(places)}' if { path /.well-known/matrix/server } { hdr(host) -i ${places.domain} }`,
  ],
  Cloudflare: (places) => [
    `# Worker on the route ${places.domain}/.well-known/matrix/server`,
    'export default {',
    `  fetch: () => Response.json(${document(places)}, { headers: { "Access-Control-Allow-Origin": "*" } }),`,
    '};',
  ],
};

const ROUTE: Recipe = {
  nginx: (places) => [
    `server_name ${places.host};`,
    'location /_matrix {',
    '    # nothing after the port, not even a slash: else nginx decodes the path',
    '    proxy_pass http://127.0.0.1:8008;',
    '    proxy_set_header Host $host;',
    '    proxy_set_header X-Forwarded-For $remote_addr;',
    '    proxy_set_header X-Forwarded-Proto $scheme;',
    '    client_max_body_size 50M;',
    '}',
  ],
  Apache: (places) => [
    `# virtual host of ${places.host}`,
    'AllowEncodedSlashes NoDecode',
    'ProxyPreserveHost On',
    'RequestHeader set X-Forwarded-Proto "https"',
    'ProxyPass /_matrix http://127.0.0.1:8008/_matrix nocanon',
    'ProxyPassReverse /_matrix http://127.0.0.1:8008/_matrix',
  ],
  Caddy: (places) => [`${places.host} {`, '    reverse_proxy /_matrix/* 127.0.0.1:8008', '}'],
  Traefik: (places) => [
    '# labels of the homeserver',
    `traefik.http.routers.matrix.rule=Host(\`${places.host}\`) && PathPrefix(\`/_matrix\`)`,
    'traefik.http.routers.matrix.entrypoints=websecure',
    'traefik.http.routers.matrix.tls=true',
    'traefik.http.services.matrix.loadbalancer.server.port=8008',
    '# static configuration, 3.6.4 and later',
    '--entryPoints.websecure.http.encodedCharacters.allowEncodedSlash=true',
    '--entryPoints.websecure.http.encodedCharacters.allowEncodedHash=true',
    '--entryPoints.websecure.http.encodedCharacters.allowEncodedPercent=true',
    '--entryPoints.websecure.http.encodedCharacters.allowEncodedQuestionMark=true',
  ],
  HAProxy: (places) => [
    '# frontend that holds the port; hdr(host) has the port where it is not 443',
    `acl matrix_host hdr(host),field(1,:) -i ${places.host}`,
    'use_backend matrix if matrix_host { path_beg /_matrix }',
    'backend matrix',
    '    http-request set-header X-Forwarded-Proto https',
    '    server homeserver 127.0.0.1:8008',
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
    `ssl_certificate     /etc/letsencrypt/live/${places.host}/fullchain.pem;`,
    `ssl_certificate_key /etc/letsencrypt/live/${places.host}/privkey.pem;`,
    '# then: nginx -t && systemctl reload nginx',
  ],
  Apache: (places) => [
    `certbot certonly --apache -d ${places.host}`,
    `ServerName ${places.host}`,
    'SSLEngine on',
    `SSLCertificateFile    /etc/letsencrypt/live/${places.host}/fullchain.pem`,
    `SSLCertificateKeyFile /etc/letsencrypt/live/${places.host}/privkey.pem`,
    '# then: apachectl configtest && systemctl reload apache2',
  ],
  Caddy: (places) => [
    `# the site's address makes Caddy get the certificate; port 80 or 443 must be reachable`,
    `${places.host}${places.port === 443 ? '' : `, ${places.host}:${places.port}`} {`,
    '    reverse_proxy /_matrix/* 127.0.0.1:8008',
    '}',
    '# why it failed: journalctl -u caddy | grep -i acme',
  ],
  Traefik: (places) => [
    `traefik.http.routers.matrix.rule=Host(\`${places.host}\`)`,
    'traefik.http.routers.matrix.tls.certresolver=letsencrypt',
    '# without a resolver that succeeds Traefik shows its default certificate; see its log for "acme"',
  ],
  HAProxy: (places) => [
    `cat /etc/letsencrypt/live/${places.host}/fullchain.pem /etc/letsencrypt/live/${places.host}/privkey.pem > /etc/haproxy/certs/${places.host}.pem`,
    `bind :${places.port} ssl crt /etc/haproxy/certs/`,
    '# then: systemctl reload haproxy',
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
