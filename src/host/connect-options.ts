import type { Transport } from './choose.ts';
import type { KeyQuestion } from './trust.ts';

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
  /** Begun when the connection is being opened, and not waited for: the network's time can be used. */
  readonly whileConnecting?: () => unknown;
  /** Default: process.env. Only HOME, SSH_AUTH_SOCK and what ssh itself needs are looked at. */
  readonly env?: NodeJS.ProcessEnv;
}
