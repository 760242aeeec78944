import { bothForms, DNS_NAME_LIMIT, parseHostname } from '../hostname.ts';
import { bad, type Question } from '../question.ts';

/** A name of its own, and not the client's: another one can be served there later. */
export const usualClientHost = (domain: string): string => `chat.${domain}`;

export const clientHost: Question<'clientHost'> = {
  id: 'clientHost',
  flag: '--client-host <name>',
  environment: 'MATRIX_BASTION_CLIENT_HOST',
  label: 'Name that the web client is reached under',
  help: 'name that the web client is reached under; never the Matrix host',
  asked: false,
  required: true,
  dependsOn: ['domain', 'matrixHost', 'client'],
  when: ({ client }) => client !== undefined && client !== 'none',
  otherwise: 'has no meaning with --client none',
  parse(text, { known }) {
    const read = parseHostname(text, DNS_NAME_LIMIT);
    if (!read.ok) return read;
    if (read.value === known.matrixHost)
      return bad(
        `"${read.value}" is the Matrix host: what users upload is served there, and would run with the client's rights`,
      );
    if (read.value === known.domain)
      return bad(`"${read.value}" is the domain itself: give the client a name of its own`);
    return read;
  },
  show: bothForms,
  default: ({ domain }) =>
    domain === undefined
      ? undefined
      : { value: usualClientHost(domain), reason: 'a name of its own, apart from what users upload' },
};
