import { bothForms, parseHostname, SERVER_NAME_LIMIT } from '../hostname.ts';
import type { Question } from '../question.ts';

export const domain: Question<'domain'> = {
  id: 'domain',
  flag: '--domain <name>',
  environment: 'MATRIX_BASTION_DOMAIN',
  label: 'Domain (users will be @you:DOMAIN; it can never change)',
  help: 'server_name: what follows the colon in @you:example.org; it can never change',
  asked: true,
  required: true,
  parse: (text) => parseHostname(text, SERVER_NAME_LIMIT),
  show: bothForms,
};
