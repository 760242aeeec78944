import { allowedHost, allowedMail } from './allowed.ts';
import type { RenderInput } from './desired.ts';
import { fillText } from './fill-text.ts';
import { hashOf } from './hash.ts';
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

function fill({ answers, apexHere, budget }: RenderInput, templates: Templates, digest: string): string {
  const balanced = isBalanced(budget.processes);
  const main = fillText(templates.Caddyfile, {
    EMAIL: answers.email === undefined ? undefined : allowedMail(answers.email),
    POLICY: balanced ? indented(POLICY, 2) : undefined,
    NO_FOREIGN_HASH: balanced ? NO_FOREIGN_HASH : undefined,
    ROUTES: indented(routeLines(budget.processes), 2),
    MATRIX_HOST: allowedHost(answers.matrixHost),
    DIGEST: digest,
  });
  const { client, domain, matrixHost } = answers;
  return [
    main,
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
