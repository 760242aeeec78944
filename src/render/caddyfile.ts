import { allowedHost, allowedMail } from './allowed.ts';
import type { RenderInput } from './desired.ts';
import { fillText } from './fill-text.ts';
import { hashOf } from './hash.ts';
import { UPLOAD_LIMIT } from './limits.ts';
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

function fill({ answers, apexHere }: RenderInput, templates: Templates, digest: string): string {
  const main = fillText(templates.Caddyfile, {
    EMAIL: answers.email === undefined ? undefined : allowedMail(answers.email),
    MEDIA_LIMIT: UPLOAD_LIMIT.caddy,
    MATRIX_HOST: allowedHost(answers.matrixHost),
    DIGEST: digest,
  });
  if (!apexHere || answers.domain === answers.matrixHost) return main;
  return main + fillText(templates['apex.Caddyfile'], { DOMAIN: allowedHost(answers.domain) });
}
