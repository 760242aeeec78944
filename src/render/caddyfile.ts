import type { Answers } from '../answers/answers.ts';
import { allowedHost, allowedMail } from './allowed.ts';
import type { RenderInput } from './desired.ts';
import { fillText } from './fill-text.ts';
import { hashOf } from './hash.ts';
import { BOT_DOOR_PORT, ROUTER_PORT } from './layout.ts';
import { NO_FOREIGN_HASH, POLICY } from './routes/balance.ts';
import { isBalanced, routeLines } from './routes/blocks.ts';
import type { Templates } from './templates.ts';

export interface RenderedCaddyfile {
  readonly text: string;
  /** Of everything else in the text; Caddy itself answers with it, so that what runs can be told from what is on disk. */
  readonly digest: string;
}

/** The Caddyfile: the Matrix host, and the domain itself where it points here and is another name. */
export function renderCaddyfile(input: RenderInput, templates: Templates): RenderedCaddyfile {
  const digest = hashOf(fill(input, templates, ''));
  return { text: fill(input, templates, digest), digest };
}

/** Where Caddy answers with the digest of its configuration. */
const ANSWER = /^(\s*respond \/loaded ")[^"]*(")/m;

/** The digest that a Caddyfile answers with. */
export const digestOf = (text: string): string => ANSWER.exec(text)?.[0].split('"')[1] ?? '';

/**
 * A Caddyfile that somebody edited, with the digest of that very text in it: what Caddy has loaded is then told from
 * what is on the disk as it is for a rendered one.
 */
export const withOwnDigest = (text: string): string =>
  text.replace(ANSWER, (_, before: string, after: string) => {
    const digest = hashOf(text.replace(ANSWER, '$1$2'));
    return `${before}${digest}${after}`;
  });

/** Lines in a placeholder's place, `depth` tabs deep as the placeholder is. */
const indented = (lines: readonly string[], depth: number): string => lines.join(`\n${'\t'.repeat(depth)}`);

type Front = Readonly<
  Record<'EMAIL' | 'SERVERS' | 'CLIENT' | 'FORWARDED' | 'SITE_COMMENT' | 'SITE', string | undefined>
>;

/** Ports 80 and 443 are ours: certificates, and nobody before us to be believed. */
const inPublic = ({ email, matrixHost }: Answers): Front => ({
  EMAIL: email === undefined ? undefined : allowedMail(email),
  SERVERS: indented(
    [
      'servers {',
      '\t# A name that is not ours on our certificate: 421, not an empty page.',
      '\tstrict_sni_host on',
      '}',
    ],
    1,
  ),
  CLIENT: undefined,
  FORWARDED: undefined,
  SITE_COMMENT: 'The well-known files are here too, so that a website elsewhere can redirect to them.',
  SITE: allowedHost(matrixHost),
});

/**
 * Plain HTTP for somebody's own proxy, which ends TLS and tells who the client is. Of several addresses in its header the
 * last one counts: that is the proxy's own word, while those before it are whatever the client sent. What does not come out
 * of a private network (Docker's own among them: that is how the machine's loopback arrives) is not the proxy.
 */
const behindProxy = (): Front => ({
  EMAIL: undefined,
  SERVERS: indented(
    [
      '# The proxy in front has the certificates.',
      'auto_https off',
      'servers {',
      '\ttrusted_proxies static private_ranges',
      '}',
    ],
    1,
  ),
  CLIENT: indented(
    [
      '# Who the client is only the proxy can say: the last address is what it added. From anywhere else nobody is believed.',
      '@stranger not remote_ip private_ranges',
      'request_header @stranger -X-Forwarded-For',
      'map {header.X-Forwarded-For} {bastion_client} {',
      '\t~([0-9A-Fa-f.:]+)\\s*$ "$1"',
      '\tdefault {remote_host}',
      '}',
    ],
    1,
  ),
  FORWARDED: indented(['header_up X-Forwarded-For {bastion_client}', 'header_up X-Forwarded-Proto https'], 2),
  SITE_COMMENT: 'Whatever name the proxy hands on: the well-known files of the domain, and Matrix.',
  SITE: `http://:${ROUTER_PORT}`,
});

function fill({ answers, apexHere, budget }: RenderInput, templates: Templates, digest: string): string {
  const balanced = isBalanced(budget.processes);
  const main = fillText(templates.Caddyfile, {
    POLICY: balanced ? indented(POLICY, 2) : undefined,
    NO_FOREIGN_HASH: balanced ? NO_FOREIGN_HASH : undefined,
    ROUTES: indented(routeLines(budget.processes), 2),
    ...(answers.proxy === undefined ? inPublic(answers) : behindProxy()),
    DIGEST: digest,
  });
  const { client, domain, matrixHost, moderation } = answers;
  const forBot =
    moderation === undefined
      ? ''
      : fillText(templates['moderation.Caddyfile'], { PORT: String(BOT_DOOR_PORT) });
  // Behind a proxy the one site answers for every name that is handed on.
  if (answers.proxy !== undefined) return `${main}${forBot}`;
  return [
    main,
    forBot,
    ...(apexHere && domain !== matrixHost
      ? [fillText(templates['apex.Caddyfile'], { DOMAIN: allowedHost(domain) })]
      : []),
    ...(client === undefined
      ? []
      : [
          fillText(templates['client.Caddyfile'], {
            CLIENT_HOST: allowedHost(client.host),
            SERVICE: client.name,
          }),
        ]),
  ].join('');
}
