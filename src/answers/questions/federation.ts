import { FEDERATION_MODES } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';

export const federation: Question<'federation'> = {
  id: 'federation',
  flag: '--federation <mode>',
  environment: 'MATRIX_BASTION_FEDERATION',
  label: 'Which other servers this one talks to',
  help: 'other servers that this one talks to: open (all), allowlist (those of --federation-allow) or closed (none)',
  choices: [
    { value: 'open', label: 'open: every server' },
    { value: 'allowlist', label: 'allowlist: only the servers that you name' },
    { value: 'closed', label: 'closed: none' },
  ],
  asked: false,
  required: true,
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = FEDERATION_MODES.find((mode) => mode === wanted);
    return found ? ok(found) : bad(`"${text.trim()}" is not a mode: ${FEDERATION_MODES.join(', ')}`);
  },
  default: () => ({ value: 'open', reason: 'Matrix is a federation: users reach everybody' }),
};
