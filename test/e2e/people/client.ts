import { askOne } from '../life/ask.ts';
import type { Server } from '../life/server.ts';

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Somebody who asks the server through its public name, from the operator's place in the network. */
export class Client {
  readonly #host: string;
  readonly #token: string | undefined;
  readonly userId: string;

  private constructor(host: string, token?: string, userId = '') {
    this.#host = host;
    this.#token = token;
    this.userId = userId;
  }

  static stranger({ matrixHost }: Server): Client {
    return new Client(matrixHost);
  }

  /** Waits where logins are slowed down. Throws with the status when the password is not taken. */
  static async logIn(server: Server, user: string, password: string): Promise<Client> {
    for (;;) {
      const { status, body } = await Client.stranger(server).ask('POST', '/_matrix/client/v3/login', {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user },
        password,
      });
      if (status === 200)
        return new Client(server.matrixHost, String(body.access_token), String(body.user_id));
      if (status !== 429) throw new Error(`login of ${user}: ${status} ${JSON.stringify(body)}`);
      await new Promise((later) => setTimeout(later, Number(body.retry_after_ms ?? 1000)));
    }
  }

  async ask(method: string, path: string, body?: object): Promise<Reply> {
    const answer = await askOne({
      host: this.#host,
      path,
      method,
      headers: {
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const isJson = /^\s*[{[]/.test(answer.body);
    return { status: answer.status, body: isJson ? (JSON.parse(answer.body) as Reply['body']) : {} };
  }
}
