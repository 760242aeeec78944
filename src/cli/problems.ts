import { existsSync, statSync } from 'node:fs';
import { parsePem } from '../answers/questions/federation-ca.ts';
import { UsageError } from '../errors.ts';
import { parseTarget } from '../host/target.ts';
import type { ConnectOptions } from './options.ts';
import { readSecretFile, readTextFile } from './secret-file.ts';

/** The UsageErrors of several checks as lines, so that one run names all of them. */
export const problemsOf = (checks: readonly (() => readonly string[])[]): string[] =>
  checks.flatMap((check) => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return [[error.text.what, ...(error.text.fix ?? [])].join(' ')];
    }
  });

/** Why a secret's file will not do. A pipe can be read only once, so it is left for the run. */
export const secretProblems = (
  flag: string,
  path: string | undefined,
  objection: (secret: string) => string | undefined = () => undefined,
): readonly string[] => {
  if (path === undefined || isPipe(path)) return [];
  const problem = objection(readSecretFile(flag, path, { add: () => {}, redact: (text) => text }));
  return problem === undefined ? [] : [`${flag}: ${problem}`];
};

export const caFileProblems = (path: string | undefined): readonly string[] => {
  if (path === undefined) return [];
  const pem = parsePem(readTextFile('--ca-file', path), path);
  return pem.ok ? [] : [`--ca-file: ${pem.problem}`];
};

const isPipe = (path: string): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
};

/** What is wrong with the flags that say how a machine is reached. */
export const connectionProblems = (options: ConnectOptions): readonly string[] =>
  problemsOf([
    () => {
      if (options.target !== undefined) parseTarget(options.target);
      return [];
    },
    () =>
      options.identities
        .filter((path) => !existsSync(path) && !existsSync(`${path}.pub`))
        .map((path) => `--identity: ${path} cannot be read: no such file or directory`),
    () => secretProblems('--ssh-password-file', options.sshPasswordFile),
    () => secretProblems('--key-passphrase-file', options.keyPassphraseFile),
    () => secretProblems('--sudo-password-file', options.sudoPasswordFile),
  ]);
