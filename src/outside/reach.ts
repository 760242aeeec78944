import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import { hasRoute } from '../federation/probe/route.ts';
import type { Host } from '../host/host.ts';
import type { FirstLook, ReachFact } from '../plan/facts.ts';

/** Makes a script of templates/scripts with its variables set. */
export type MakeScript = (name: string, variables: Readonly<Record<string, string | number>>) => string;

/** The ports that the server will need. */
export const SERVER_PORTS: readonly number[] = [80, 443];

/** Milliseconds for one request: a firewall that drops says nothing, and then all of them pass. */
const ASK_MS = 4000;
/** Seconds after which the machine stops answering, whatever became of us. */
const ANSWER_SECONDS = 20;
/** Milliseconds until the machine has to be ready; a server that allows one session at a time runs another look first. */
const READY_MS = 15_000;

export type Reached = Pick<FirstLook, 'answered' | 'notAsked' | 'reach'>;

/**
 * Lets the machine answer on its free ports with a random token, and asks for it at each address from here: what comes
 * back tells a closed port from an open one, and another machine from this one. Leaves nothing on the machine.
 * @param places where the name points, and where the machine is reached by SSH; the ports there
 */
export const lookFromHere = async (
  host: Host,
  makeScript: MakeScript,
  { addresses, ports }: { readonly addresses: readonly string[]; readonly ports: readonly number[] },
  signal: AbortSignal,
): Promise<Reached> => {
  const token = randomBytes(16).toString('hex');
  const script = makeScript('answer-token.sh', { token, seconds: ANSWER_SECONDS, ports: ports.join(' ') });
  const listener = await startListener(host, script, signal);
  if (listener === undefined)
    return { answered: [], notAsked: 'nothing on the machine could answer for a test', reach: [] };
  try {
    const asked = addresses.flatMap((address) =>
      listener.ports.map((port) => ask(address, port, token, signal)),
    );
    return { answered: listener.ports, reach: await Promise.all(asked) };
  } finally {
    await listener.stop();
  }
};

interface Listener {
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

/** Ready, with the ports that were free; undefined when none was, or nothing can listen there. */
const startListener = (host: Host, script: string, signal: AbortSignal): Promise<Listener | undefined> =>
  new Promise((resolve) => {
    let said = '';
    // Aborting kills the script on the machine.
    const enough = new AbortController();
    const late = setTimeout(() => enough.abort(), READY_MS);
    const run = async (): Promise<void> => {
      try {
        await host.run(script, { signal: AbortSignal.any([signal, enough.signal]), onOutput });
      } catch {
        // Whatever ended it, it answers no more; the run's own signal is looked at by the caller.
      }
      clearTimeout(late);
      resolve(undefined);
    };
    const onOutput = (stream: string, text: string): void => {
      if (stream === 'stdout') said += text;
      const ports = /^READY((?: \d+)+)\n/m.exec(said)?.[1]?.trim().split(' ').map(Number);
      if (ports === undefined) return;
      clearTimeout(late);
      const stop = () => {
        enough.abort();
        return ended;
      };
      resolve({ ports, stop });
    };
    const ended = run();
  });

const ask = async (address: string, port: number, token: string, signal: AbortSignal): Promise<ReachFact> => {
  if (!(await hasRoute(address))) return { address, port, outcome: 'no-route' };
  return new Promise((resolve) => {
    const end = (outcome: ReachFact['outcome'], server = ''): void => {
      resolve({ address, port, outcome, ...(server ? { server } : {}) });
    };
    const request = http.request(
      {
        host: address,
        port,
        path: `/${token}`,
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body = (body + text).slice(0, 1024);
        });
        const done = () =>
          end(body.trim() === token ? 'token' : 'other', String(response.headers.server ?? '').slice(0, 100));
        response.on('end', done);
        response.on('error', done);
      },
    );
    let connected = false;
    request.on('socket', (socket) =>
      socket.on('connect', () => {
        connected = true;
      }),
    );
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (connected && (error.name === 'AbortError' || error.name === 'TimeoutError')) end('mute');
      else if (error.name === 'AbortError' || error.name === 'TimeoutError' || error.code === 'ETIMEDOUT')
        end('silent');
      else if (error.code === 'ECONNREFUSED') end('refused');
      // What speaks, but not HTTP, is there: TLS, or a line of another protocol.
      else if (error.code?.startsWith('HPE_')) end('other');
      else end(connected ? 'mute' : 'failed');
    });
    request.end();
  });
};
