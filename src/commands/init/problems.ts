import type { Environment } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import {
  answerProblems,
  caFileProblems,
  connectionProblems,
  problemsOf,
  secretProblems,
} from '../../cli/problems.ts';
import { passwordObjection as databasePasswordObjection } from '../../database/pgpass.ts';
import { parseTarget } from '../../host/target.ts';
import { passwordObjection } from './password.ts';

/** All that is wrong about the command line, said before the machine is touched. */
export const problems = (options: InitOptions, env: Environment): readonly string[] =>
  problemsOf([
    () => {
      if (options.target !== undefined) parseTarget(options.target);
      return [];
    },
    () => answerProblems(options, env),
    () =>
      options.printAnswers && options.explainAnswers
        ? ['--print-answers does not go with --explain-answers: give one of them']
        : [],
    () =>
      options.json && (options.printAnswers || options.explainAnswers)
        ? ['--json tells a run, and --print-answers and --explain-answers begin none: give one of them']
        : [],
    () => connectionProblems(options),
    () => secretProblems('--admin-password-file', options.adminPasswordFile, unusable),
    () => secretProblems('--database-password-file', options.databasePasswordFile, unusableThere),
    () => caFileProblems(options.caFile),
  ]);

const unusableThere = (password: string): string | undefined => {
  const objection = databasePasswordObjection(password);
  return objection === undefined ? undefined : `the password cannot be used: ${objection}`;
};

const unusable = (password: string): string | undefined => {
  const objection = passwordObjection(password);
  return objection === undefined ? undefined : `the password cannot be used: ${objection}`;
};
