import { TIERS, type Tier } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';

/** What a tier is, in the words of the brief ("Sizing"); memory in MiB. */
const TIER_LABELS: Readonly<Record<Tier, string>> = {
  sentinel: 'Sentinel: smaller than Garrison; one user, for trying',
  garrison: 'Garrison: 4 vCPU, 8 GB; personal, a few direct messages and small rooms',
  ravelin: 'Ravelin: 8 vCPU, 16 GB; a community of about 100 rooms',
  bulwark: 'Bulwark: above 16 GB; about 1000 rooms and more',
  custom: 'Custom: the box as it is found',
};

const GARRISON_MIB = 8 * 1024;
const RAVELIN_MIB = 16 * 1024;

export const tier: Question<'tier'> = {
  id: 'tier',
  flag: '--tier <name>',
  environment: 'MATRIX_BASTION_TIER',
  label: 'Tier of the box',
  help: `size of the box: ${TIERS.join(', ')}`,
  choices: TIERS.map((value) => ({ value, label: TIER_LABELS[value] })),
  asked: true,
  required: true,
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = TIERS.find((name) => name === wanted);
    return found ? ok(found) : bad(`"${text.trim()}" is not a tier: ${TIERS.join(', ')}`);
  },
  default(_known, { memoryMiB }) {
    if (memoryMiB === undefined) return undefined;
    const size = `the box has ${(memoryMiB / 1024).toFixed(1)} GiB of RAM`;
    if (memoryMiB <= GARRISON_MIB) return { value: 'garrison', reason: `${size}, Garrison goes up to 8` };
    if (memoryMiB <= RAVELIN_MIB) return { value: 'ravelin', reason: `${size}, Ravelin goes up to 16` };
    return { value: 'bulwark', reason: `${size}, Bulwark is above 16` };
  },
};
