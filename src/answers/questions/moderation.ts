import { MODERATION_BOTS } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';

/** Bots that people ask for and that are not installed here. */
const OTHERS: Readonly<Record<string, string>> = {
  meowlnir:
    'is written to be an application service, which this version does not set up. Nearest to it is draupnir',
};

export const moderation: Question<'moderation'> = {
  id: 'moderation',
  flag: '--moderation <bot>',
  environment: 'MATRIX_BASTION_MODERATION',
  label: 'Moderation bot that this machine runs',
  help: 'bot that keeps banned people and servers out by lists that others publish: draupnir, mjolnir or none',
  choices: [
    { value: 'none', label: 'none: the rooms are few, and you know who is in them' },
    { value: 'draupnir', label: 'draupnir: developed further, and the one to take' },
    { value: 'mjolnir', label: 'mjolnir: what draupnir was made from; maintained, not developed' },
  ],
  asked: false,
  required: true,
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = [...MODERATION_BOTS, 'none' as const].find((name) => name === wanted);
    if (found) return ok(found);
    const truth = OTHERS[wanted];
    return bad(
      `"${text.trim()}" ${truth ?? `is not a moderation bot: ${MODERATION_BOTS.join(', ')} or none`}`,
    );
  },
  default: () => ({ value: 'none', reason: 'moderation enable adds one at any time' }),
};
