import { UsageError } from '../../errors.ts';
import { parseTarget } from '../../host/target.ts';
import { bad, ok, type Question } from '../question.ts';

export const dbHost: Question<'dbHost'> = {
  id: 'dbHost',
  flag: '--db-host <user@host>',
  environment: 'MATRIX_BASTION_DB_HOST',
  label: 'Second machine for the database (optional)',
  help: 'a second machine, reached over SSH, that gets the database',
  asked: false,
  required: false,
  parse(text) {
    const given = text.trim();
    try {
      parseTarget(given);
      return ok(given);
    } catch (error) {
      if (error instanceof UsageError) return bad(error.text.what.replace(/\.$/, ''));
      throw error;
    }
  },
};
