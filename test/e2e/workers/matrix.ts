/** Somebody logged in. Runs on the operator's side; each call says what came when it is not what ought to. */
import type { Account } from './accounts.ts';

export interface Reply {
  readonly status: number;
  // What a server sends is whatever it is; the proofs look into it.
  // biome-ignore lint/suspicious/noExplicitAny: JSON of another program
  readonly body: any;
}

const CLIENT = '/_matrix/client/v3';

/** Somebody's device, as it goes from one program to the next. */
export interface Session {
  readonly baseUrl: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly token: string;
}

export const readInput = async <T>(): Promise<T> => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
};

export class Person {
  readonly session: Session;
  readonly #patience: number;
  #since: string | undefined;

  /** Goes on as a device that is logged in. A request is given up after `patience` milliseconds. */
  constructor(
    session: Session,
    { patience = 60_000, since }: { readonly patience?: number; readonly since?: string } = {},
  ) {
    this.session = session;
    this.#patience = patience;
    this.#since = since;
  }

  /** Where its syncs have come to. */
  get since(): string {
    return this.#since ?? '';
  }

  get userId(): string {
    return this.session.userId;
  }

  get deviceId(): string {
    return this.session.deviceId;
  }

  static async login({ baseUrl, user, password }: Account): Promise<Person> {
    const response = await fetch(`${baseUrl}${CLIENT}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'm.login.password', identifier: { type: 'm.id.user', user }, password }),
    });
    const body = (await response.json()) as Record<string, string>;
    const { user_id: userId, device_id: deviceId, access_token: token } = body;
    if (!userId || !deviceId || !token) throw new Error(`login of ${user}: ${JSON.stringify(body)}`);
    return new Person({ baseUrl, userId, deviceId, token });
  }

  /** A path of the client API's v3, or any other that begins with `/_`. */
  async ask(method: string, path: string, body?: object): Promise<Reply> {
    const response = await fetch(`${this.session.baseUrl}${path.startsWith('/_') ? path : CLIENT + path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.session.token}`,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(this.#patience),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  }

  /** The same, for a call that has to succeed; waits as long as the server says when it has had too many. */
  async ok(method: string, path: string, body?: object): Promise<Reply['body']> {
    const reply = await this.ask(method, path, body);
    if (reply.status === 429) {
      await new Promise((later) => setTimeout(later, reply.body.retry_after_ms ?? 1000));
      return this.ok(method, path, body);
    }
    if (reply.status !== 200) {
      throw new Error(`${this.userId}: ${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    }
    return reply.body;
  }

  async send(room: string, text: string): Promise<string> {
    const path = `/rooms/${encodeURIComponent(room)}/send/m.room.message/${crypto.randomUUID()}`;
    return (await this.ok('PUT', path, { msgtype: 'm.text', body: text })).event_id;
  }

  /** Bytes up, and the address by which everybody gets them. */
  async upload(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const response = await fetch(`${this.session.baseUrl}/_matrix/media/v3/upload?filename=a.bin`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.session.token}`, 'Content-Type': 'application/octet-stream' },
      body: bytes,
    });
    const body = (await response.json()) as { content_uri?: string };
    if (!body.content_uri) throw new Error(`upload: ${response.status} ${JSON.stringify(body)}`);
    return body.content_uri;
  }

  async download(uri: string): Promise<Uint8Array> {
    const path = `/_matrix/client/v1/media/download/${uri.slice('mxc://'.length)}`;
    const response = await fetch(`${this.session.baseUrl}${path}`, {
      headers: { Authorization: `Bearer ${this.session.token}` },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status !== 200) {
      throw new Error(`${this.userId}: ${path}: ${response.status} ${new TextDecoder().decode(bytes)}`);
    }
    return bytes;
  }

  /** What came since the last sync; the first call forgets what was before. */
  async sync(timeout = 1000): Promise<Reply['body']> {
    const since = this.#since === undefined ? '' : `&since=${this.#since}`;
    const body = await this.ok('GET', `/sync?timeout=${timeout}${since}`);
    this.#since = body.next_batch;
    return body;
  }

  /** Syncs until something is seen. */
  async sees(what: string, seen: (sync: Reply['body']) => boolean, limit = 120_000): Promise<void> {
    const end = Date.now() + limit;
    for (;;) {
      if (seen(await this.sync())) return;
      if (Date.now() > end) throw new Error(`${this.userId} did not see ${what} within ${limit / 1000} s`);
    }
  }
}
