import type { Duplex } from 'node:stream';

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly done: (result: Params) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Chromium's DevTools protocol over the pipes of --remote-debugging-pipe: messages in JSON, a NUL after each. Pipes reach a
 * browser in another network namespace, where a port would not be reached.
 */
export class DevTools {
  readonly #commands: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #partial = '';

  /** @param commands descriptor 3 of the browser, which it reads @param answers descriptor 4, which it writes */
  constructor(commands: Duplex, answers: Duplex) {
    this.#commands = commands;
    commands.on('error', () => {});
    answers.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    answers.on('close', () => this.#end());
  }

  /** Throws what the browser has against a command, or that it has ended. */
  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    this.#last += 1;
    const id = this.#last;
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((done, failed) => {
      this.#waiting.set(id, {
        done,
        failed: (error) => failed(new Error(`${method}: ${error.message}`)),
      });
    });
  }

  #take(text: string): void {
    const messages = (this.#partial + text).split('\0');
    this.#partial = messages.pop() ?? '';
    for (const message of messages) this.#answer(JSON.parse(message) as Message);
  }

  #answer({ id, result, error }: Message): void {
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.failed(new Error(error.message));
    else waiting?.done(result ?? {});
  }

  #end(): void {
    for (const { failed } of this.#waiting.values()) failed(new Error('the browser has ended'));
    this.#waiting.clear();
  }
}
