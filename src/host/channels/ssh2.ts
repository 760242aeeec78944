import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { ServerHostKeyAlgorithm, Client as Ssh2Client } from 'ssh2';
import ssh2 from 'ssh2';
import type { Channel, ExecEnd, Execution } from '../channel.ts';
import { LostChannel, SessionRefused } from '../channel.ts';
import { loginRefused, nameUnknown, notSsh, refused, timedOut, unreachable } from '../failures.ts';
import type { LoginOptions } from '../ssh2-login.ts';
import { Login } from '../ssh2-login.ts';
import type { HostKey } from '../trust.ts';
import { algorithmsFor, FAMILIES, hostKey } from '../trust.ts';

/** Until something has to have come of each stage of a connection, in milliseconds; nobody's typing counts. */
const PATIENCE = 20_000;
/** A dead connection is noticed after 15 s × 4. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 4 } as const;
/** Connections that a login may take when the server hangs up after a few keys. */
const CONNECTIONS = 3;

export interface Ssh2Options {
  /** For messages, for example `203.0.113.7 port 22`. */
  readonly where: string;
  readonly host: string;
  readonly port: number;
  readonly family?: 4 | 6 | undefined;
  readonly bindAddress?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly log: (line: string) => void;
}

/** Thrown when the server shows a key that is not among the good ones. */
export class KeyRefused extends Error {
  readonly key: HostKey | undefined;

  constructor(key: HostKey | undefined) {
    super('the host key is not one of those that are good');
    this.key = key;
  }
}

/** Asks a server for a host key of some algorithms and hangs up before authentication. */
export async function fetchHostKey(
  options: Ssh2Options,
  algorithms: readonly string[] = Object.values(FAMILIES).flat(),
): Promise<HostKey | undefined> {
  const login = new Login(
    { where: options.where, user: 'none', identities: [], attempts: 0 },
    (work) => work,
  );
  try {
    const client = await dial(options, [], algorithms, login, new Patience());
    client.end();
    return undefined;
  } catch (error) {
    if (error instanceof KeyRefused) return error.key;
    throw error;
  }
}

/**
 * Connects and logs in.
 * @param keys the only host keys that are good; see trust.ts.
 * @throws KeyRefused, or Failure MB-SSH-…
 */
export async function ssh2Channel(
  options: Ssh2Options,
  keys: readonly HostKey[],
  loginOptions: LoginOptions,
): Promise<Channel> {
  const patience = new Patience();
  const login = new Login(loginOptions, (work) => patience.pausedFor(work));
  for (let connection = 1; ; connection++) {
    login.restart();
    try {
      const client = await dial(options, keys, algorithmsFor(keys), login, patience);
      return new Ssh2Channel(client);
    } catch (error) {
      if (login.failed !== undefined) throw login.failed;
      if (!(error instanceof HungUp)) throw error;
      if (connection === CONNECTIONS || !login.keysLeft) {
        throw loginRefused(options.where, loginOptions.user, {
          offered: login.offered,
          tried: login.report(),
        });
      }
      options.log(`${options.where} hung up after some keys; trying the others on a new connection`);
    }
  }
}

/** The server ended the connection while we were logging in. */
class HungUp extends Error {}

async function dial(
  options: Ssh2Options,
  keys: readonly HostKey[],
  algorithms: readonly string[],
  login: Login,
  patience: Patience,
): Promise<Ssh2Client> {
  options.signal?.throwIfAborted();
  const socket = await openSocket(options);
  const client = new ssh2.Client();
  let shown: HostKey | undefined;
  let stage: 'handshake' | 'login' = 'handshake';
  try {
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => reject(options.signal?.reason);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      patience.start(() =>
        reject(
          timedOut(
            options.where,
            `It accepted the connection and then said nothing for ${PATIENCE / 1000} s.`,
          ),
        ),
      );
      client.on('handshake', () => {
        stage = 'login';
        patience.progress();
      });
      client.on('ready', resolve);
      client.on('close', () =>
        reject(stage === 'login' ? new HungUp() : notSsh(options.where, 'It hung up.')),
      );
      client.on('error', (error: Error & { level?: string }) => {
        // A key that could not sign is not the end: ssh2 goes on with what Login offers next.
        if (error.level === 'agent') return;
        if (shown !== undefined && !isGood(shown, keys)) return reject(new KeyRefused(shown));
        if (stage === 'login') {
          const final = error.level === 'client-authentication';
          return reject(
            final
              ? loginRefused(options.where, login.user, { offered: login.offered, tried: login.report() })
              : new HungUp(error.message),
          );
        }
        const noKey = /no matching host key/i.test(error.message);
        reject(noKey ? new KeyRefused(undefined) : notSsh(options.where, error.message));
      });
      client.connect({
        sock: socket,
        username: login.user,
        readyTimeout: 0,
        ...KEEPALIVE,
        algorithms: { serverHostKey: [...algorithms] as ServerHostKeyAlgorithm[] },
        hostVerifier: (blob: Buffer) => {
          shown = hostKey(blob);
          return isGood(shown, keys);
        },
        authHandler: (left, partial, next) => {
          patience.progress();
          return login.next(left, partial, next) as unknown as undefined;
        },
        debug: (line) => {
          // The only place where ssh2 tells what is left after one factor of several was accepted.
          const [, methods] = /^Inbound: Received USERAUTH_FAILURE \(([^)]*)\)/.exec(line) ?? [];
          if (methods !== undefined) login.offered = methods.split(',').filter((method) => method !== '');
        },
      });
    });
    return client;
  } catch (error) {
    client.on('error', () => {});
    client.end();
    socket.destroy();
    throw error;
  } finally {
    patience.stop();
  }
}

function isGood(shown: HostKey, keys: readonly HostKey[]): boolean {
  return keys.some(({ key }) => key === shown.key);
}

function openSocket(options: Ssh2Options): Promise<Socket> {
  const { host, port, family, bindAddress, where } = options;
  return new Promise((resolve, reject) => {
    const socket = connectSocket({
      host,
      port,
      ...(family === undefined ? {} : { family }),
      ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
      noDelay: true,
      // Node gives each address of a name 250 ms by default; a machine far away needs longer.
      autoSelectFamilyAttemptTimeout: 3000,
    });
    let found = isIP(host) !== 0;
    socket.on('lookup', () => {
      found = true;
    });
    const late = `No answer within ${PATIENCE / 1000} s`;
    const timer = setTimeout(() => {
      fail(found ? timedOut(where, `${late}.`) : nameUnknown(host, `${late} from the name servers.`));
    }, PATIENCE);
    const onAbort = () => fail(options.signal?.reason);
    const settle = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
    };
    const fail = (error: unknown) => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    socket.once('error', (error) => fail(socketFailure(host, where, error)));
  });
}

function socketFailure(host: string, where: string, error: NodeJS.ErrnoException): Error {
  // A name with several addresses fails with one error for each of them.
  const each = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
  const why = each.map((one) => one.message).join('\n');
  const is = (...codes: string[]) => each.some((one) => codes.includes(one.code ?? ''));
  if (is('ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME')) return nameUnknown(host, why);
  if (is('ECONNREFUSED')) return refused(where, why);
  if (is('ETIMEDOUT')) return timedOut(where, why);
  if (is('ECONNRESET')) return notSsh(where, why);
  return unreachable(where, why);
}

/** A timer that starts again with every step forward and stands still while a person is asked. */
class Patience {
  private timer: NodeJS.Timeout | undefined;
  private late: (() => void) | undefined;

  start(late: () => void): void {
    this.late = late;
    this.progress();
  }

  progress(): void {
    clearTimeout(this.timer);
    if (this.late !== undefined) this.timer = setTimeout(this.late, PATIENCE);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.late = undefined;
  }

  async pausedFor<T>(work: Promise<T>): Promise<T> {
    clearTimeout(this.timer);
    try {
      return await work;
    } finally {
      this.progress();
    }
  }
}

class Ssh2Channel implements Channel {
  lost = false;
  private why = 'it was closed';
  private readonly client: Ssh2Client;
  private readonly onLost = new Set<(error: LostChannel) => void>();

  constructor(client: Ssh2Client) {
    this.client = client;
    client.on('error', (error) => {
      this.why = error.message;
    });
    client.on('end', () => this.lose('the other side ended it'));
    client.on('close', () => this.lose('the other side ended it'));
  }

  exec(command: string, onData: Parameters<Channel['exec']>[1]): Promise<Execution> {
    return new Promise((resolve, reject) => {
      if (this.lost) return reject(new LostChannel(this.why));
      const onLost = (error: LostChannel) => reject(error);
      this.onLost.add(onLost);
      const opened: Parameters<Ssh2Client['exec']>[1] = (error, stream) => {
        this.onLost.delete(onLost);
        if (error) return reject(this.lost ? new LostChannel(this.why) : new SessionRefused(error.message));
        stream.on('data', (chunk: Buffer) => onData('stdout', chunk));
        stream.stderr.on('data', (chunk: Buffer) => onData('stderr', chunk));
        stream.on('error', () => {});
        let end: ExecEnd | undefined;
        stream.on('exit', (code: number | null, signal?: string) => {
          end = { code, signal: signal ?? null };
        });
        const ended = new Promise<ExecEnd>((done, gone) => {
          const lose = (lostError: LostChannel) => gone(lostError);
          this.onLost.add(lose);
          stream.on('close', () => {
            // On loss ssh2 closes its channels before it says so itself.
            setImmediate(() => {
              this.onLost.delete(lose);
              if (end !== undefined) done(end);
              else gone(new LostChannel(this.lost ? this.why : 'the session ended without an exit status'));
            });
          });
        });
        ended.catch(() => {});
        resolve({
          ended,
          write: (data) => {
            if (!stream.writableEnded) stream.write(data);
          },
          end: () => stream.end(),
          release: () => stream.close(),
        });
      };
      try {
        this.client.exec(command, opened);
      } catch (error) {
        this.onLost.delete(onLost);
        reject(new LostChannel(error instanceof Error ? error.message : String(error)));
      }
    });
  }

  async close(): Promise<void> {
    if (this.lost) return;
    const closed = new Promise<void>((resolve) => {
      this.client.once('close', resolve);
      setTimeout(resolve, 1000).unref();
    });
    this.client.end();
    await closed;
    this.client.destroy();
    this.lose('it was closed');
  }

  private lose(why: string): void {
    if (this.lost) return;
    this.lost = true;
    if (this.why === 'it was closed') this.why = why;
    for (const onLost of this.onLost) onLost(new LostChannel(this.why));
    this.onLost.clear();
  }
}
