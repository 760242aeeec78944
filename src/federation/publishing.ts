import { RELOAD } from './certificate-lines.ts';
import type { Publisher } from './publishers.ts';
import {
  APACHE_ROOT,
  CORS_HEADER as CORS,
  WELL_KNOWN_FOLDER as FOLDER,
  type WellKnownText,
  wellKnownLines,
} from './well-known-lines.ts';
import type { WellKnownFiles } from './wellknown.ts';

/** One file to write or block to add, or with neither place nor lines a sentence to know. */
export interface Instruction {
  /** What to do, without a final stop. */
  readonly what: string;
  /** The text to put there, as it is. */
  readonly lines?: readonly string[];
}

/** The files by name, without their line ends. */
const named = (files: WellKnownFiles): readonly WellKnownText[] =>
  Object.entries(files).flatMap(([name, text]) =>
    // \u0024 is the same in JSON, and nginx would take a dollar for a variable.
    typeof text === 'string' ? [{ name, text: text.trim().replaceAll('$', '\\u0024') }] : [],
  );

/** The files themselves, for everything that publishes a folder. */
const asFiles = (files: WellKnownFiles, where: string): readonly Instruction[] =>
  named(files).map(({ name, text }) => ({ what: `File ${FOLDER}/${name} in ${where}`, lines: [text] }));

/** What Cloudflare Pages and Netlify read beside the files. */
const headersIn = (where: string): Instruction => ({
  what: `File _headers in ${where}`,
  lines: [`/${FOLDER}/*`, '  Content-Type: application/json', `  ${CORS}: *`],
});

type Recipe = (files: WellKnownFiles, domain: string) => readonly Instruction[];

/**
 * Sources: GitHub Pages sends Access-Control-Allow-Origin: * by itself and leaves out folders that begin with a dot without
 * `.nojekyll`; Cloudflare Pages and Netlify, "_headers"; Vercel, "headers" of vercel.json; CloudFront, "Managed response headers policies".
 */
const RECIPES: Readonly<Record<Publisher, Recipe>> = {
  nginx: (files, domain) => [
    {
      what: `In the server block of ${domain} that listens on 443`,
      lines: wellKnownLines('nginx', named(files), domain),
    },
    { what: `Then: ${RELOAD.nginx}` },
  ],
  apache: (files, domain) => [
    ...asFiles(files, APACHE_ROOT),
    {
      what: `In the virtual host of ${domain} on 443, before redirects and rewrites (a2enmod headers)`,
      lines: wellKnownLines('Apache', named(files), domain),
    },
    { what: `Then: ${RELOAD.Apache}` },
  ],
  caddy: (files, domain) => [
    {
      what: `In the site block of ${domain}`,
      lines: wellKnownLines('Caddy', named(files), domain),
    },
    { what: `Then: ${RELOAD.Caddy}` },
  ],
  wordpress: (files, domain) => [
    ...asFiles(files, 'the folder of wp-config.php'),
    {
      what: `File ${FOLDER}/.htaccess beside them, when Apache serves ${domain}`,
      lines: ['ForceType application/json', `Header always set ${CORS} "*"`, 'RewriteEngine Off'],
    },
    { what: `When nginx serves ${domain}: matrix-bastion well-known ${domain} --for nginx` },
    { what: 'Caching and security plugins may answer for these paths: exempt /.well-known/matrix/ there' },
  ],
  'github-pages': (files) => [
    ...asFiles(files, 'the branch or folder that is published'),
    {
      what: 'File .nojekyll, empty, in the same branch: without it folders that begin with a dot are left out',
    },
    { what: 'With Jekyll instead: include: [".well-known"] in _config.yml' },
    { what: 'GitHub sends them as application/octet-stream: servers accept that, and the check will say so' },
  ],
  'cloudflare-pages': (files) => [...asFiles(files, 'the output folder'), headersIn('the output folder')],
  'cloudflare-workers': (files, domain) => [
    {
      what: `A Worker on the route ${domain}/${FOLDER}/*`,
      lines: [
        'const FILES = {',
        ...named(files).map(({ name, text }) => `  "/${FOLDER}/${name}": ${text},`),
        '};',
        'export default {',
        '  fetch(request) {',
        '    const file = FILES[new URL(request.url).pathname];',
        '    if (file === undefined) return fetch(request);',
        `    return Response.json(file, { headers: { "${CORS}": "*" } });`,
        '  },',
        '};',
      ],
    },
  ],
  netlify: (files) => [...asFiles(files, 'the publish folder'), headersIn('the publish folder')],
  vercel: (files) => [
    ...asFiles(files, 'the folder public'),
    {
      what: 'In vercel.json',
      lines: [
        '{',
        '  "headers": [',
        '    {',
        `      "source": "/${FOLDER}/(.*)",`,
        '      "headers": [',
        '        { "key": "Content-Type", "value": "application/json" },',
        `        { "key": "${CORS}", "value": "*" }`,
        '      ]',
        '    }',
        '  ]',
        '}',
      ],
    },
  ],
  's3-cloudfront': (files) => [
    ...asFiles(files, 'a folder of this machine'),
    {
      what: 'Upload them with their type',
      lines: named(files).map(
        ({ name }) =>
          `aws s3 cp ${FOLDER}/${name} s3://BUCKET/${FOLDER}/${name} --content-type application/json`,
      ),
    },
    { what: 'CloudFront, behaviour for /.well-known/matrix/*: response headers policy "SimpleCORS"' },
    {
      what: 'After a change: aws cloudfront create-invalidation --distribution-id ID --paths "/.well-known/matrix/*"',
    },
  ],
};

/** What to do so that a website has the files, in order. Texts are JSON of names and mail addresses: nothing in them ends a quotation. */
export function publishing(
  publisher: Publisher,
  files: WellKnownFiles,
  domain: string,
): readonly Instruction[] {
  return RECIPES[publisher](files, domain);
}
