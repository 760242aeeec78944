import type { Tier } from '../answers.ts';
import { parseCount } from '../count.ts';
import type { Default, Question } from '../question.ts';

const COUNT = { least: 0, most: 1_000_000 };

/**
 * Rooms expected per tier. The brief's sizing names about 100 for Ravelin and about 1000 for Bulwark and
 * describes Garrison as personal; the figures of Sentinel, Garrison and Custom are our reading of it.
 */
const ROOMS: Readonly<Record<Tier, Default<number>>> = {
  sentinel: { value: 5, reason: 'Sentinel is for one user' },
  garrison: { value: 20, reason: 'Garrison is personal: a few direct messages and small rooms' },
  ravelin: { value: 100, reason: 'Ravelin carries about 100 well-federated rooms' },
  bulwark: { value: 1000, reason: 'Bulwark is for about 1000 active rooms' },
  custom: { value: 100, reason: 'a community of a usual size' },
};

export const rooms: Question<'rooms'> = {
  id: 'rooms',
  flag: '--rooms <number>',
  environment: 'MATRIX_BASTION_ROOMS',
  label: 'Rooms that you expect on this server',
  help: 'rooms expected on this server: decides how its memory is divided',
  count: COUNT,
  asked: true,
  required: true,
  dependsOn: ['tier'],
  parse: (text) => parseCount(text, COUNT),
  default: ({ tier }) => (tier === undefined ? undefined : ROOMS[tier]),
};
