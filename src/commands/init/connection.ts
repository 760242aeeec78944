import { type AnswerInputs, refuseProblems, requireComplete, resolveAnswers } from '../../answers/resolve.ts';
import { newLogPath } from '../../answers/store.ts';
import type { CommandContext } from '../../cli/context.ts';
import { gatherInputs } from '../../cli/inputs.ts';
import type { InitOptions } from '../../cli/options.ts';
import { readSecretFile } from '../../cli/secret-file.ts';
import { connect } from '../../host/connect.ts';
import type { Host, Target } from '../../host/host.ts';
import { parseTarget } from '../../host/target.ts';
import type { RunLog } from '../../ui/log.ts';
import { askTarget } from './target.ts';

export interface Connection {
  readonly host: Host;
  readonly target: Target;
  readonly inputs: AnswerInputs;
  readonly log: RunLog;
  /** Connects to another machine with the same keys and passwords. */
  reach(target: Target, hostKey: string | undefined): Promise<Host>;
}

/** Everything that can be wrong about the command line is said before the machine is touched. */
export const openConnection = async (options: InitOptions, context: CommandContext): Promise<Connection> => {
  const inputs = gatherInputs(options, context.env);
  const early = resolveAnswers(inputs);
  refuseProblems(early);
  const text = options.target ?? (context.interactive ? await askTarget(context) : undefined);
  if (text === undefined) {
    // What has a default gets it from the machine: it is not missing yet.
    const missing = early.missing.filter((question) => question.default === undefined);
    requireComplete({ ...early, missing }, [
      '[user@host]: the machine to set up, for example root@203.0.113.7',
    ]);
    throw new Error('a missing target was let through');
  }
  const target = parseTarget(text);
  if (options.target === undefined) context.rememberInResume([text]);
  const secret = (flag: string, path: string | undefined) =>
    path === undefined ? undefined : readSecretFile(flag, path, context.redactor);
  const given = {
    sudo: secret('--sudo-password-file', options.sudoPasswordFile),
    ssh: secret('--ssh-password-file', options.sshPasswordFile),
    key: secret('--key-passphrase-file', options.keyPassphraseFile),
  };
  const domain = early.values.domain;
  const log = context.startLog(
    await newLogPath({ command: 'init', ...(domain === undefined ? {} : { domain }) }, { env: context.env }),
  );
  const ask = async (question: string): Promise<string> => {
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
  const sudoPassword = secretFor(given.sudo, () => 'Password for sudo on the machine');
  const keyPassphrase = secretFor(given.key, (path) => `Passphrase of ${path}`);
  const reach = (machine: Target, hostKey: string | undefined): Promise<Host> => {
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
    });
  };
  return { host: await reach(target, options.hostKey), target, inputs, log, reach };
};

const targetText = ({ user, host }: Target): string => (user === undefined ? host : `${user}@${host}`);

const confirmHostKey =
  (context: CommandContext) =>
  async (key: { readonly host: string; readonly type: string; readonly fingerprint: string }) => {
    const { createPrompts } = await import('../../answers/prompt.ts');
    return createPrompts({ resume: () => context.resume, signal: context.signal }).hostKey(key);
  };
