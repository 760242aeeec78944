import { openStore, type PasswordFile } from '../../answers/store.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { UserOptions } from '../../cli/people-options.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { UsageError } from '../../errors.ts';
import { makePassword } from '../../people/password.ts';
import { passwordObjection } from '../init/password-objection.ts';

/** A new password for somebody: given in a file, or made here and then handed over once. */
export interface NewPassword {
  readonly text: string;
  /** Tells it to the person at the terminal, or says in which file it is; nothing to tell when it was given. */
  tell(): Promise<void>;
}

/**
 * Kept in a file (0600) until it has been shown, so that a run that is killed loses no password in use.
 * @throws UsageError when the given one cannot be used.
 */
export const newPassword = async (
  { passwordFile }: UserOptions,
  domain: string,
  localpart: string,
  context: CommandContext,
): Promise<NewPassword> => {
  if (passwordFile !== undefined) return given(passwordFile, context);
  const { password: fileOf } = await openStore(domain, { env: context.env });
  const file = fileOf(localpart);
  await file.remove();
  const text = makePassword();
  context.redactor.add(text);
  await file.create(text);
  return { text, tell: () => tellMade(text, file, context) };
};

const given = (path: string, context: CommandContext): NewPassword => {
  const text = readSecretFile('--password-file', path, context.redactor);
  const objection = passwordObjection(text);
  if (objection !== undefined)
    throw new UsageError(`--password-file: the password cannot be used: ${objection}`);
  return { text, tell: async () => {} };
};

const tellMade = async (
  text: string,
  file: PasswordFile,
  { ui, interactive }: CommandContext,
): Promise<void> => {
  if (!interactive) {
    ui.print(`Password: in ${file.path} (only you can read it)`);
    return;
  }
  ui.showOnce('Password, shown this once', text);
  await file.remove();
};
