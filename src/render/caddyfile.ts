import { allowedHost, allowedMail } from './allowed.ts';
import type { RenderInput } from './desired.ts';
import { fillText } from './fill-text.ts';
import { UPLOAD_LIMIT } from './limits.ts';
import type { Templates } from './templates.ts';

/** The Caddyfile: the Matrix host, and the domain itself where it points here and is another name. */
export function renderCaddyfile({ answers, apexHere }: RenderInput, templates: Templates): string {
  const main = fillText(templates.Caddyfile, {
    EMAIL: answers.email === undefined ? undefined : allowedMail(answers.email),
    MEDIA_LIMIT: UPLOAD_LIMIT.caddy,
    MATRIX_HOST: allowedHost(answers.matrixHost),
  });
  if (!apexHere || answers.domain === answers.matrixHost) return main;
  return main + fillText(templates['apex.Caddyfile'], { DOMAIN: allowedHost(answers.domain) });
}
