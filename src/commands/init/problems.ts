import type { InitOptions } from '../../cli/options.ts';
import { caFileProblems, connectionProblems, problemsOf, secretProblems } from '../../cli/problems.ts';
import { passwordObjection as databasePasswordObjection } from '../../database/pgpass.ts';
import { passwordObjection } from './password-objection.ts';
import { keyObjection } from './signing-key.ts';

/**
 * All that is wrong about the command line, said before the machine is touched.
 * @param answers what is wrong with the answers; may throw a UsageError.
 */
export const commandLineProblems = (
  options: InitOptions,
  answers: () => readonly string[],
): readonly string[] =>
  problemsOf([
    answers,
    () => {
      const [first, second] = insteadOfRun(options);
      return second === undefined ? [] : [`${first} does not go with ${second}: give one of them`];
    },
    () => {
      const [other] = insteadOfRun({ ...options, json: false });
      return options.check && other !== undefined
        ? [`--check does not go with ${other}: give one of them`]
        : [];
    },
    () => connectionProblems(options),
    () => secretProblems('--admin-password-file', options.adminPasswordFile, unusable),
    () => secretProblems('--database-password-file', options.databasePasswordFile, unusableThere),
    () => secretProblems('--signing-key-file', options.signingKeyFile, keyObjection),
    () => caFileProblems(options.caFile),
  ]);

/** Flags that print one thing on stdout and stop, and the one that tells a run there. */
const insteadOfRun = (options: InitOptions): readonly string[] => [
  ...(options.printAnswers ? ['--print-answers'] : []),
  ...(options.explainAnswers ? ['--explain-answers'] : []),
  ...(options.printCommands ? ['--print-commands'] : []),
  ...(options.json ? ['--json'] : []),
];

const unusableThere = (password: string): string | undefined => {
  const objection = databasePasswordObjection(password);
  return objection === undefined ? undefined : `the password cannot be used: ${objection}`;
};

const unusable = (password: string): string | undefined => {
  const objection = passwordObjection(password);
  return objection === undefined ? undefined : `the password cannot be used: ${objection}`;
};
