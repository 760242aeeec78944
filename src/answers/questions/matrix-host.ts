import { bothForms, DNS_NAME_LIMIT, parseHostname } from '../hostname.ts';
import type { Question } from '../question.ts';

export const matrixHost: Question<'matrixHost'> = {
  id: 'matrixHost',
  flag: '--matrix-host <name>',
  environment: 'MATRIX_BASTION_MATRIX_HOST',
  label: 'Name that the server is reached under',
  help: 'name that the server is reached under; may be the domain itself',
  asked: false,
  required: true,
  dependsOn: ['domain'],
  parse: (text) => parseHostname(text, DNS_NAME_LIMIT),
  show: bothForms,
  default: ({ domain }) =>
    domain === undefined
      ? undefined
      : { value: `matrix.${domain}`, reason: 'leaves the domain itself free for a web site' },
};
