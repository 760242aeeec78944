import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, Prompt } from 'ssh2';
import { loginRefused } from './failures.ts';
import type { Identity } from './identities.ts';

export interface LoginOptions {
  /** For messages, for example `203.0.113.7 port 22`. */
  readonly where: string;
  readonly user: string;
  readonly identities: readonly Identity[];
  /** Asks for the password, or whatever else the server asks in these words; undefined: nobody can be asked. */
  readonly password?: ((prompt: string) => Promise<string>) | undefined;
  /** How often a wrong password may be given. */
  readonly attempts: number;
}

/**
 * What to try next with a server, one connection after another: a server that hangs up after a few keys
 * (MaxAuthTries) gets the rest of them on the next connection.
 */
export class Login {
  /** Methods that the server named last. */
  offered: readonly string[] = [];
  private readonly options: LoginOptions;
  private readonly identities: Identity[];
  private readonly tried: { readonly label: string; readonly problem: () => string | undefined }[] = [];
  /** Why the asking ended, when that was not the server's doing: a prompt that was given up. */
  failed: unknown;
  private passwordTries = 0;
  /** Prompt and answer of the last time. */
  private last = '';
  private keyTries = 0;
  /** Waits for a person: no timer may run meanwhile. */
  private readonly whileAsking: <T>(work: Promise<T>) => Promise<T>;

  constructor(options: LoginOptions, whileAsking: <T>(work: Promise<T>) => Promise<T>) {
    this.options = options;
    this.identities = [...options.identities];
    this.whileAsking = whileAsking;
  }

  get user(): string {
    return this.options.user;
  }

  /** One line for everything that was tried or left out. */
  report(): string[] {
    const lines = this.tried.map(({ label, problem }) => `${label}: ${problem() ?? 'not accepted'}`);
    const asks = this.offered.filter((method) => method === 'password' || method === 'keyboard-interactive');
    if (asks.length > 0 && this.options.password === undefined) {
      lines.push('password: left out, because nobody can be asked for it here');
    }
    return lines;
  }

  /** Whether another connection would have a key to try that this one had not. */
  get keysLeft(): boolean {
    return this.keyTries > 0 && this.identities.length > 0;
  }

  /** Called for each new connection. */
  restart(): void {
    this.keyTries = 0;
  }

  /** The next attempt, in the order of OpenSSH but with the password method before questions. */
  readonly next = (
    left: AuthenticationType[] | null,
    _partial: boolean | null,
    go: NextAuthHandler,
  ): undefined => {
    this.choose(left).then(go, (error: unknown) => {
      this.failed = error;
      go(false as unknown as AuthenticationType);
    });
    return undefined;
  };

  private async choose(left: AuthenticationType[] | null): Promise<AuthenticationType | AnyAuthMethod> {
    const username = this.options.user;
    // ssh2 passes null on the first call: nobody knows yet what the server offers. Any refusal names it, that of a key as
    // well as that of `none`, which would be one more round trip where the key is good.
    const unknown = left === null && this.offered.length === 0;
    if (unknown && this.identities.length === 0) return { type: 'none', username };
    if (unknown || this.offered.includes('publickey')) {
      const identity = this.identities.shift();
      if (identity !== undefined) {
        this.keyTries++;
        this.tried.push(identity);
        return { type: 'agent', username, agent: identity.agent };
      }
    }
    const { password, attempts } = this.options;
    if (password !== undefined && this.passwordTries < attempts) {
      if (this.offered.includes('password')) {
        this.passwordTries++;
        this.tried.push({ label: 'password', problem: () => undefined });
        return {
          type: 'password',
          username,
          password: await this.ask(password, `Password of ${username}: `),
        };
      }
      if (this.offered.includes('keyboard-interactive')) {
        this.passwordTries++;
        this.tried.push({ label: 'keyboard-interactive', problem: () => undefined });
        return { type: 'keyboard-interactive', username, prompt: this.answerWith(password) };
      }
    }
    return false as unknown as AuthenticationType;
  }

  /** @throws Failure MB-SSH-AUTH for the same answer again, or whatever ended the prompt. */
  private async ask(password: Ask, prompt: string): Promise<string> {
    const answer = await this.whileAsking(password(prompt));
    const exchange = `${prompt}\0${answer}`;
    // The same answer again comes from a file, and would only count as another failure over there.
    if (exchange === this.last) {
      throw loginRefused(this.options.where, this.user, { offered: this.offered, tried: this.report() });
    }
    this.last = exchange;
    return answer;
  }

  private answerWith(password: Ask): KeyboardInteractiveCallback {
    return (_name, _instructions, _language, prompts, finish) => {
      const answer = async (): Promise<string[]> => {
        const answers: string[] = [];
        for (const { prompt } of prompts) answers.push(await this.ask(password, prompt));
        return answers;
      };
      answer().then(finish, (error: unknown) => {
        this.failed = error;
        this.passwordTries = this.options.attempts;
        finish([]);
      });
    };
  }
}

type Ask = (prompt: string) => Promise<string>;
type KeyboardInteractiveCallback = (
  name: string,
  instructions: string,
  language: string,
  prompts: Prompt[],
  finish: (answers: string[]) => void,
) => void;
