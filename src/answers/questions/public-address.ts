import { parseAddress } from '../ip.ts';
import { parseList } from '../list.ts';
import type { Question } from '../question.ts';

export const publicAddress: Question<'publicAddress'> = {
  id: 'publicAddress',
  flag: '--public-address <address>',
  environment: 'MATRIX_BASTION_PUBLIC_ADDRESS',
  label: 'Public addresses of a machine behind address translation (optional)',
  help: 'public address of a machine behind address translation; repeatable',
  repeatable: true,
  asked: false,
  required: false,
  parse: (text) => parseList(text, parseAddress),
};
