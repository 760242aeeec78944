/** A web server that can answer with texts by itself. */
export type AnsweringServer = 'nginx' | 'Apache' | 'Caddy' | 'HAProxy';

export interface WellKnownText {
  /** `server`, `client` or `support`. */
  readonly name: string;
  /** The document in one line; nothing in it ends a quotation. */
  readonly text: string;
}

export const WELL_KNOWN_FOLDER = '.well-known/matrix';
export const CORS_HEADER = 'Access-Control-Allow-Origin';

/** Where the documents lie for Apache, which has no texts in its configuration. */
export const APACHE_ROOT = '/var/www/matrix';
export const APACHE_FOLDER = `${APACHE_ROOT}/${WELL_KNOWN_FOLDER}`;

type Lines = (texts: readonly WellKnownText[], domain: string) => readonly string[];

/**
 * What serves the documents under a name, as its own configuration has it; the one place for these lines.
 * Sources: nginx, "ngx_http_rewrite_module", return; Apache, "mod_alias" and "mod_headers"; Caddy, "respond"; HAProxy,
 * "http-request return".
 */
const LINES: Readonly<Record<AnsweringServer, Lines>> = {
  nginx: (texts) =>
    texts.flatMap(({ name, text }) => [
      `location = /${WELL_KNOWN_FOLDER}/${name} {`,
      '    default_type application/json;',
      `    add_header ${CORS_HEADER} * always;`,
      `    return 200 '${text}';`,
      '}',
    ]),
  Apache: () => [
    `Alias /${WELL_KNOWN_FOLDER}/ ${APACHE_FOLDER}/`,
    `<Directory ${APACHE_FOLDER}>`,
    '    Require all granted',
    '    ForceType application/json',
    `    Header always set ${CORS_HEADER} "*"`,
    '</Directory>',
  ],
  Caddy: (texts) =>
    texts.flatMap(({ name, text }) => [
      `handle /${WELL_KNOWN_FOLDER}/${name} {`,
      '    header Content-Type application/json',
      `    header ${CORS_HEADER} *`,
      `    respond \`${text}\``,
      '}',
    ]),
  HAProxy: (texts, domain) =>
    texts.map(
      ({ name, text }) =>
        `http-request return status 200 content-type application/json hdr ${CORS_HEADER} "*" string '${text}' if { path /${WELL_KNOWN_FOLDER}/${name} } { hdr(host),field(1,:) -i ${domain} }`,
    ),
};

/** The lines that serve these documents under a name. */
export const wellKnownLines = (
  server: AnsweringServer,
  texts: readonly WellKnownText[],
  domain: string,
): readonly string[] => LINES[server](texts, domain);
