import { newLogPath } from '../../answers/store.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { ConnectOptions } from '../../cli/options.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { connect } from '../../host/connect.ts';
import type { Host, Target } from '../../host/host.ts';
import { parseTarget } from '../../host/target.ts';
import type { RunLog } from '../../ui/log.ts';

/** The secrets that this run was given in files. */
interface GivenSecrets {
  readonly sudo: string | undefined;
  readonly ssh: string | undefined;
  readonly key: string | undefined;
}

/** @throws UsageError when one of the files cannot be read. */
export const readSecrets = (options: ConnectOptions, context: CommandContext): GivenSecrets => {
  const secret = (flag: string, path: string | undefined) =>
    path === undefined ? undefined : readSecretFile(flag, path, context.redactor);
  return {
    sudo: secret('--sudo-password-file', options.sudoPasswordFile),
    ssh: secret('--ssh-password-file', options.sshPasswordFile),
    key: secret('--key-passphrase-file', options.keyPassphraseFile),
  };
};

/** How machines are connected to, with the same keys and passwords for each. */
export const reachWith = (
  options: ConnectOptions,
  given: GivenSecrets,
  log: RunLog,
  context: CommandContext,
): ((machine: Target, hostKey: string | undefined, whileConnecting?: () => unknown) => Promise<Host>) => {
  const asked = new Set<string>();
  const ask = async (question: string): Promise<string> => {
    // Asked a second time because the first answer would not do.
    if (asked.has(question)) context.ui.say('That was not accepted.');
    asked.add(question);
    const { createPrompts } = await import('../../answers/prompt.ts');
    const answer = await createPrompts({ resume: () => context.resume, signal: context.signal }).password(
      question,
    );
    context.redactor.add(answer);
    return answer;
  };
  const secretFor = (known: string | undefined, question: (name: string) => string) => {
    if (known !== undefined) return async () => known;
    return context.interactive ? async (name = '') => ask(question(name)) : undefined;
  };
  const keyPassphrase = secretFor(given.key, (path) => `Passphrase of ${path}`);
  return (machine, hostKey, whileConnecting) => {
    const sudoPassword = secretFor(given.sudo, () => `Password for sudo on ${targetText(machine)}`);
    const sshPassword = secretFor(given.ssh, () => `Password of ${targetText(machine)}`);
    return connect(machine, {
      ...(options.ssh === undefined ? {} : { transport: options.ssh }),
      ...(options.identities.length > 0 ? { identity: options.identities } : {}),
      ...(hostKey === undefined ? {} : { hostKey }),
      interactive: context.interactive,
      secrets: {
        ...(sudoPassword ? { sudoPassword } : {}),
        ...(sshPassword ? { sshPassword } : {}),
        ...(keyPassphrase ? { keyPassphrase } : {}),
        ...(context.interactive ? { confirmHostKey: confirmHostKey(context) } : {}),
      },
      log: (line) => log.line(line),
      signal: context.signal,
      env: context.env,
      ...(whileConnecting && { whileConnecting }),
    });
  };
};

export interface Machine {
  readonly host: Host;
  readonly target: Target;
  readonly log: RunLog;
}

/** Connects to the machine of a command that takes no answers. */
export const openMachine = async (
  command: string,
  options: ConnectOptions & { readonly target: string },
  context: CommandContext,
): Promise<Machine> => {
  const target = parseTarget(options.target);
  const given = readSecrets(options, context);
  const log = context.startLog(await newLogPath({ command }, { env: context.env }));
  return { host: await reachWith(options, given, log, context)(target, options.hostKey), target, log };
};

const targetText = ({ user, host }: Target): string => (user === undefined ? host : `${user}@${host}`);

const confirmHostKey =
  (context: CommandContext) =>
  async (key: { readonly host: string; readonly type: string; readonly fingerprint: string }) => {
    const { createPrompts } = await import('../../answers/prompt.ts');
    return createPrompts({ resume: () => context.resume, signal: context.signal }).hostKey(key);
  };
