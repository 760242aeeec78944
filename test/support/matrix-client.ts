/**
 * A client of the client-server API, as little of it as the proofs need. It runs where the operator is: real
 * names, real routes, real certificates.
 */
export interface MatrixReply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface TimelineEvent {
  readonly type: string;
  readonly sender: string;
  readonly content: { readonly body?: string };
}

export class MatrixClient {
  readonly baseUrl: string;
  readonly #token: string | undefined;
  readonly userId: string;

  private constructor(baseUrl: string, token?: string, userId = '') {
    this.baseUrl = baseUrl;
    this.#token = token;
    this.userId = userId;
  }

  static guest(baseUrl: string): MatrixClient {
    return new MatrixClient(baseUrl);
  }

  static async login(baseUrl: string, user: string, password: string): Promise<MatrixClient> {
    const reply = await MatrixClient.guest(baseUrl).post('/_matrix/client/v3/login', {
      type: 'm.login.password',
      identifier: { type: 'm.id.user', user },
      password,
    });
    if (reply.status !== 200)
      throw new Error(`login of ${user}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return new MatrixClient(baseUrl, String(reply.body.access_token), String(reply.body.user_id));
  }

  get(path: string): Promise<MatrixReply> {
    return this.#request('GET', path);
  }
  post(path: string, body: object): Promise<MatrixReply> {
    return this.#request('POST', path, body);
  }
  put(path: string, body: object): Promise<MatrixReply> {
    return this.#request('PUT', path, body);
  }

  async createRoom(alias: string): Promise<string> {
    const reply = await this.post('/_matrix/client/v3/createRoom', {
      preset: 'public_chat',
      room_alias_name: alias,
    });
    return String(this.#expect(reply, 'createRoom').room_id);
  }

  async join(aliasOrId: string): Promise<string> {
    const reply = await this.post(`/_matrix/client/v3/join/${encodeURIComponent(aliasOrId)}`, {});
    return String(this.#expect(reply, `join ${aliasOrId}`).room_id);
  }

  async send(roomId: string, text: string): Promise<void> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${crypto.randomUUID()}`;
    this.#expect(await this.put(path, { msgtype: 'm.text', body: text }), 'send');
  }

  /** Texts of a room, newest first. */
  async texts(roomId: string): Promise<{ sender: string; text: string }[]> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=50`;
    const { chunk } = this.#expect(await this.get(path), 'messages') as { chunk?: TimelineEvent[] };
    return (chunk ?? [])
      .filter(({ type }) => type === 'm.room.message')
      .map(({ sender, content }) => ({ sender, text: content.body ?? '' }));
  }

  /** Waits until a text of somebody arrives in a room. */
  async awaitText(roomId: string, sender: string, text: string, limit = 60_000): Promise<void> {
    const end = Date.now() + limit;
    for (;;) {
      const found = (await this.texts(roomId)).some((one) => one.sender === sender && one.text === text);
      if (found) return;
      if (Date.now() > end) throw new Error(`"${text}" of ${sender} did not arrive within ${limit / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  #expect({ status, body }: MatrixReply, what: string): Record<string, unknown> {
    if (status !== 200) throw new Error(`${what} at ${this.baseUrl}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async #request(method: string, path: string, body?: object): Promise<MatrixReply> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(120_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }
}
