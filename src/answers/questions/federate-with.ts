import { parseCidr } from '../ip.ts';
import { parseList } from '../list.ts';
import type { Question } from '../question.ts';

export const federateWith: Question<'federateWith'> = {
  id: 'federateWith',
  flag: '--federate-with <network>',
  environment: 'MATRIX_BASTION_FEDERATE_WITH',
  label: 'Private networks to federate with (optional)',
  help: 'private network (CIDR) that Synapse may federate with; repeatable',
  repeatable: true,
  asked: false,
  required: false,
  parse: (text) => parseList(text, parseCidr),
};
