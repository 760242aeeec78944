import { DNS_NAME_LIMIT, parseHostname } from '../hostname.ts';
import { bad, ok, type Question } from '../question.ts';

/** Unquoted local parts as web forms allow them (WHATWG HTML, "valid e-mail address"), without quotes or braces. */
const LOCAL_PART = /^[A-Za-z0-9.!#$%&*+/=?^_|~-]{1,64}$/;

export const email: Question<'email'> = {
  id: 'email',
  flag: '--email <address>',
  environment: 'MATRIX_BASTION_EMAIL',
  label: 'Mail address for the certificate authority and the support page (published; optional)',
  help: 'mail address for the certificate authority and /.well-known/matrix/support; published',
  asked: false,
  unset: 'none',
  required: false,
  parse(text) {
    const given = text.trim();
    const at = given.lastIndexOf('@');
    const local = given.slice(0, Math.max(at, 0));
    if (at < 1 || !LOCAL_PART.test(local)) return bad(`"${given}" is not a mail address`);
    const host = given.slice(at + 1);
    if (!/^[^/:?#@]+$/.test(host)) return bad(`"${given}" is not a mail address`);
    const domain = parseHostname(host, DNS_NAME_LIMIT);
    if (!domain.ok) return bad(`"${given}" is not a mail address: its domain ${domain.problem}`);
    return ok(`${local}@${domain.value}`);
  },
};
