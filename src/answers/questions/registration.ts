import { REGISTRATION_MODES } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';

export const registration: Question<'registration'> = {
  id: 'registration',
  flag: '--registration <mode>',
  environment: 'MATRIX_BASTION_REGISTRATION',
  label: 'Who can make an account',
  help: 'who can make an account: closed (the administrator alone) or invite (also holders of a token of matrix-bastion invite); never everybody',
  choices: [
    { value: 'closed', label: 'closed: you make every account' },
    { value: 'invite', label: 'invite: also holders of a token that you made' },
  ],
  asked: false,
  required: true,
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = REGISTRATION_MODES.find((mode) => mode === wanted);
    if (found) return ok(found);
    return bad(
      wanted === 'open'
        ? '"open" is not offered: servers that anybody can register on are filled with spam within days. Take invite'
        : `"${text.trim()}" is not a mode: ${REGISTRATION_MODES.join(' or ')}`,
    );
  },
  default: () => ({ value: 'closed', reason: 'nobody gets in whom you did not let in' }),
};
