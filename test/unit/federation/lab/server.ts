import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import type { Pair } from './certificates.ts';
import { keyDocument } from './keys.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Writes the body by itself. */
  readonly stream?: (response: http.ServerResponse) => void;
}

export type Handler = (request: http.IncomingMessage) => Answer | undefined;

const JSON_HEADERS = { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' };

export function json(document: unknown, more: Answer = {}): Answer {
  return {
    body: typeof document === 'string' ? document : JSON.stringify(document),
    ...more,
    headers: { ...JSON_HEADERS, ...more.headers },
  };
}

/** What a healthy homeserver answers, with single paths replaced. */
export function homeserver(
  serverName: string,
  replaced: Readonly<Record<string, Answer | Handler>> = {},
): Handler {
  const paths: Record<string, Answer | Handler> = {
    '/_matrix/federation/v1/version': json({ server: { name: 'Synapse', version: '1.163.2' } }),
    '/_matrix/key/v2/server': json(keyDocument({ serverName })),
    '/_matrix/client/versions': json({
      versions: ['v1.1', 'v1.12'],
      unstable_features: { 'org.matrix.simplified_msc3575': true },
    }),
    ...replaced,
  };
  return (request) => {
    const answer = paths[request.url ?? ''] ?? unsigned(request.url ?? '');
    return typeof answer === 'function' ? answer(request) : answer;
  };
}

/** What a homeserver says to those who do not sign: it knows the path, or it does not. */
function unsigned(url: string): Answer | undefined {
  if (!url.startsWith('/_matrix/federation/')) return undefined;
  if (/^\/_matrix\/federation\/v1\/event\/[^/]+$/.test(url))
    return json({ errcode: 'M_UNAUTHORIZED', error: 'Missing Authorization headers' }, { status: 401 });
  return json({ errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' }, { status: 404 });
}

/** The three well-known files, with single ones replaced. */
export function apex(
  delegated: string,
  base: string,
  replaced: Readonly<Record<string, Answer | Handler>> = {},
): Record<string, Answer | Handler> {
  return {
    '/.well-known/matrix/server': json({ 'm.server': delegated }),
    '/.well-known/matrix/client': json({ 'm.homeserver': { base_url: base } }),
    '/.well-known/matrix/support': json({
      contacts: [{ role: 'm.role.admin', matrix_id: '@admin:example.org' }],
    }),
    ...replaced,
  };
}

/** Servers on loopback that stand for addresses and ports of the tests' internet. */
export class Internet {
  readonly #servers: net.Server[] = [];
  readonly #ports = new Map<string, number>();
  readonly #sockets = new Set<net.Socket>();

  /** `ip:port` → the port on 127.0.0.1 that stands for it. */
  get ports(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#ports);
  }

  /** HTTPS at these `ip:port`. */
  async https(places: readonly string[], pair: Pair, handler: Handler): Promise<void> {
    await this.#listen(
      places,
      https.createServer({ key: pair.key, cert: pair.cert }, (req, res) => reply(handler, req, res)),
    );
  }

  /** Plain HTTP where TLS is expected. */
  async http(places: readonly string[], handler: Handler): Promise<void> {
    await this.#listen(
      places,
      http.createServer((req, res) => reply(handler, req, res)),
    );
  }

  /** A server that somebody else has started on this port of 127.0.0.1. */
  foreign(places: readonly string[], port: number): void {
    for (const place of places) this.#ports.set(place, port);
  }

  /** Accepts and says nothing. */
  async silent(places: readonly string[]): Promise<void> {
    await this.#listen(
      places,
      net.createServer(() => undefined),
    );
  }

  /** The product's way of connecting, with the tests' addresses in the place of the real ones. */
  readonly connect = (ip: string, port: number): net.Socket => {
    // Port 1 on loopback refuses, as a closed port does.
    return net.connect({ host: '127.0.0.1', port: this.#ports.get(`${ip}:${port}`) ?? 1 });
  };

  /** A server that somebody else started on 127.0.0.1 stands for `ip:port`. */
  standsFor(place: string, port: number): void {
    this.#ports.set(place, port);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((done) => server.close(done))));
  }

  async #listen(places: readonly string[], server: net.Server): Promise<void> {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    this.#servers.push(server);
    for (const place of places) this.#ports.set(place, (server.address() as net.AddressInfo).port);
  }
}

function reply(handler: Handler, request: http.IncomingMessage, response: http.ServerResponse): void {
  const answer = handler(request) ?? { status: 404, body: 'not found' };
  response.writeHead(answer.status ?? 200, answer.headers);
  if (answer.stream) answer.stream(response);
  else response.end(answer.body ?? '');
}
