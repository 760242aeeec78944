/** A user's access to a server: where, as whom. */
export interface Access {
  readonly baseUrl: string;
  readonly userId: string;
  readonly token: string;
}

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** From the first byte sent to the last byte read. */
  readonly milliseconds: number;
}

interface Call {
  readonly body?: object | Uint8Array;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Longer than any long poll here, and than the join of a large room. */
const TIMEOUT_MS = 300_000;

/**
 * One user's requests, with their times. Node's fetch keeps connections open and opens as many as there are requests
 * under way, as clients on as many machines would.
 */
export class Client {
  readonly access: Access;

  constructor(access: Access) {
    this.access = access;
  }

  get(path: string, signal?: AbortSignal): Promise<Reply> {
    return this.call('GET', path, signal === undefined ? {} : { signal });
  }

  post(path: string, body: object, signal?: AbortSignal): Promise<Reply> {
    return this.call('POST', path, { body, ...(signal === undefined ? {} : { signal }) });
  }

  put(path: string, body: object): Promise<Reply> {
    return this.call('PUT', path, { body });
  }

  upload(content: Uint8Array, contentType: string): Promise<Reply> {
    return this.call('POST', '/_matrix/media/v3/upload', { body: content, contentType });
  }

  /** Downloads and throws the bytes away. */
  async download(mxc: string): Promise<{ status: number; bytes: number; milliseconds: number }> {
    const begun = performance.now();
    const response = await this.#fetch(
      'GET',
      `/_matrix/client/v1/media/download/${mxc.slice('mxc://'.length)}`,
      {},
    );
    const bytes = (await response.arrayBuffer()).byteLength;
    return { status: response.status, bytes, milliseconds: performance.now() - begun };
  }

  async call(method: string, path: string, call: Call): Promise<Reply> {
    const begun = performance.now();
    const response = await this.#fetch(method, path, call);
    const text = await response.text();
    const milliseconds = performance.now() - begun;
    return { status: response.status, body: parse(text), milliseconds };
  }

  #fetch(method: string, path: string, { body, contentType, signal }: Call): Promise<Response> {
    const isBytes = body instanceof Uint8Array;
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(`${this.access.baseUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.access.token}`,
        ...(body === undefined ? {} : { 'Content-Type': contentType ?? 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
  }
}

/** A proxy's error may be no JSON. */
function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text: text.slice(0, 200) };
  }
}

/** The reply's body. @throws when the server did not answer 200. */
export function expectOk(what: string, { status, body }: Reply): Record<string, unknown> {
  if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
  return body;
}
