import { parseCount } from '../count.ts';
import type { Question } from '../question.ts';

const COUNT = { least: 1, most: 1_000_000 };

export const users: Question<'users'> = {
  id: 'users',
  flag: '--users <number>',
  environment: 'MATRIX_BASTION_USERS',
  label: 'Users that you expect on this server (optional)',
  help: 'users expected on this server: more of them mean more memory for syncing',
  count: COUNT,
  asked: false,
  required: false,
  parse: (text) => parseCount(text, COUNT),
};
