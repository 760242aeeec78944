import { parseCount } from '../count.ts';
import type { Question } from '../question.ts';

const COUNT = { least: 1, most: 1_000_000 };

export const largestRoom: Question<'largestRoom'> = {
  id: 'largestRoom',
  flag: '--largest-room <members>',
  environment: 'MATRIX_BASTION_LARGEST_ROOM',
  label: 'Members of the largest room of another server that people will join (optional)',
  help: 'members of the largest room of another server that people will join: decides the reserve for it',
  count: COUNT,
  asked: false,
  required: false,
  when: ({ federation }) => federation !== 'closed',
  otherwise: 'is about rooms of other servers and has no meaning with --federation closed',
  dependsOn: ['federation'],
  parse: (text) => parseCount(text, COUNT),
};
