import type { Transport } from './choose.ts';
import type { Host, Target } from './host.ts';
import type { Session } from './machine.ts';
import { Machine } from './machine.ts';
import { elevate } from './sudo.ts';
import type { KeyQuestion } from './trust.ts';
import { wayTo } from './way.ts';

/** Ways to ask for what only a person or a file knows; absent: cannot be asked. */
export interface Secrets {
  readonly sudoPassword?: () => Promise<string>;
  /** @param prompt the server's words, for example `Password: ` or `Verification code: `. */
  readonly sshPassword?: (prompt: string) => Promise<string>;
  readonly keyPassphrase?: (path: string) => Promise<string>;
  readonly confirmHostKey?: (question: KeyQuestion) => Promise<boolean>;
}

export interface ConnectOptions {
  /** Default: what the user's configuration needs, see choose.ts. */
  readonly transport?: Transport;
  /** Key files instead of those of the configuration. */
  readonly identity?: readonly string[];
  /** `SHA256:…`: the only host key that is good. */
  readonly hostKey?: string;
  /** A configuration instead of ~/.ssh/config and the system's (`ssh -F`). */
  readonly sshConfig?: string;
  /** Whether a person sits there who may mistype. */
  readonly interactive: boolean;
  readonly secrets: Secrets;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Default: process.env. Only HOME, SSH_AUTH_SOCK and what ssh itself needs are looked at. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Connects, logs in and finds the way to root.
 * @throws Failure MB-SSH-…; Refusal MB-SSH-HOSTKEY-…; UsageError for an identity that is not there.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Host> {
  const env = options.env ?? process.env;
  const way = await wayTo(target, options, env);
  const channel = await way.open();
  try {
    const elevation = way.isRoot
      ? ({ kind: 'direct' } as const)
      : await elevate(channel, way.name, {
          ask: options.secrets.sudoPassword,
          interactive: options.interactive,
          signal: options.signal,
        });
    const reconnect = async (): Promise<Session> => ({ channel: await way.open(), elevation });
    return new Machine(way.name, { channel, elevation }, { reconnect, log: options.log });
  } catch (error) {
    await channel.close();
    throw error;
  }
}
