import type { Store } from '../../answers/store.ts';
import type { Situation } from '../../apply/converge.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { InitOptions } from '../../cli/options.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { UsageError } from '../../errors.ts';
import type { PasswordSource } from '../../outside/operator.ts';
import { adminsOf, adminUserId, isReachable } from '../../steps/6-admin.ts';
import { passwordObjection } from './password-objection.ts';

/** Where the administrator's password comes from: a file, a prompt, or nowhere (then one is made). */
export const passwordSource = async (
  options: InitOptions,
  context: CommandContext,
  store: Store,
  { goal, facts }: Situation,
): Promise<PasswordSource> => {
  const file = store.password(goal.answers.admin);
  const source = {
    readKept: () => file.read(),
    keep: (password: string) => file.create(password),
    hide: (password: string) => context.redactor.add(password),
  };
  if (options.adminPasswordFile !== undefined) {
    const given = readSecretFile('--admin-password-file', options.adminPasswordFile, context.redactor);
    const objection = passwordObjection(given);
    if (objection !== undefined)
      throw new UsageError(`--admin-password-file: the password cannot be used: ${objection}`);
    return { ...source, given };
  }
  const userId = adminUserId(goal);
  const exists = adminsOf(facts).includes(userId);
  // It was typed in an earlier run, and the login is still to be proved.
  const typedBefore =
    exists && facts.host.adminMark.trim() === `pending ${userId}` && (await file.read()) === undefined;
  if (typedBefore && context.interactive && isReachable(goal, facts)) {
    const { createPrompts } = await import('../../answers/prompt.ts');
    const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
    const given = await prompts.password(`Password of ${userId}, to log in once`);
    context.redactor.add(given);
    return { ...source, given };
  }
  if (!context.interactive || options.yes || exists) return source;
  const given = await askPassword(context);
  return given === undefined ? source : { ...source, given };
};

const askPassword = async (context: CommandContext): Promise<string | undefined> => {
  const { createPrompts } = await import('../../answers/prompt.ts');
  const prompts = createPrompts({ resume: () => context.resume, signal: context.signal });
  if (
    await prompts.confirm('Have a password made for the administrator? It is shown once at the end', true)
  ) {
    return undefined;
  }
  for (;;) {
    const password = await prompts.password('Password of the administrator');
    context.redactor.add(password);
    const objection = passwordObjection(password);
    if (objection === undefined) return password;
    context.ui.note(`This password cannot be used: ${objection}.`);
  }
};
