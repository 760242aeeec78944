import { existsSync } from 'node:fs';
import type { Environment } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { answerProblems, caFileProblems, problemsOf, secretProblems } from '../../cli/problems.ts';
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
      options.check && (options.printAnswers || options.explainAnswers)
        ? ['--check does not go with --print-answers and --explain-answers: give one of them']
        : [],
    () =>
      options.identities
        .filter((path) => !existsSync(path) && !existsSync(`${path}.pub`))
        .map((path) => `--identity: ${path} cannot be read: no such file or directory`),
    () => secretProblems('--ssh-password-file', options.sshPasswordFile),
    () => secretProblems('--key-passphrase-file', options.keyPassphraseFile),
    () => secretProblems('--sudo-password-file', options.sudoPasswordFile),
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
