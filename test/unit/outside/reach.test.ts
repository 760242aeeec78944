import * as http from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import type { Host } from '../../../src/host/host.ts';
import { lookFromHere } from '../../../src/outside/reach.ts';

const scripts = loadScripts();
const makeScript = (name: string, variables: Readonly<Record<string, string | number>>) =>
  script({ scripts }, name, variables);

/** This machine in the place of the server's: the scripts are run as they are. */
const here = (env: Record<string, string> = {}): Pick<Host, 'run'> => ({
  async run(text, options = {}) {
    const stop = options.signal === undefined ? {} : { cancelSignal: options.signal };
    const child = execa('/bin/sh', ['-s'], { input: text, reject: false, env, ...stop });
    child.stdout?.on('data', (data: Buffer) => options.onOutput?.('stdout', data.toString()));
    const { exitCode = 1, stdout, stderr } = await child;
    return { code: exitCode, stdout, stderr };
  },
});

const look = (ports: readonly number[], addresses = ['127.0.0.1'], host = here()) =>
  lookFromHere(host as Host, makeScript, { addresses, ports }, new AbortController().signal);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listening = async (server: Server): Promise<number> => {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, done));
  return (server.address() as AddressInfo).port;
};

/** A port that nobody has at this moment. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
};

describe('the token', () => {
  it('is fetched through every free port and both families, and nobody listens there afterwards', async () => {
    const ports = [await freePort(), await freePort()].toSorted((one, two) => one - two);
    const found = await look(ports, ['127.0.0.1', '::1']);
    expect(found.answered).toEqual(ports);
    expect(found.reach.map(({ outcome }) => outcome)).toEqual(['token', 'token', 'token', 'token']);
    for (const port of ports) {
      const server = createServer();
      servers.push(server);
      await new Promise<void>((done, fail) => server.once('error', fail).listen(port, done));
    }
  });

  it('is not asked for on a port that somebody has', async () => {
    const taken = await listening(createServer());
    const free = await freePort();
    expect((await look([taken, free])).answered).toEqual([free]);
  });

  it('says so where every port is taken, and where there is no perl', async () => {
    const taken = await listening(createServer());
    const nothing = { answered: [], notAsked: 'nothing on the machine could answer for a test', reach: [] };
    expect(await look([taken])).toEqual(nothing);
    expect(await look([await freePort()], ['127.0.0.1'], here({ PATH: '/nonexistent' }))).toEqual(nothing);
  });

  it('goes on answering while somebody is connected and says nothing', async () => {
    const port = await freePort();
    const host: Pick<Host, 'run'> = {
      run: (text, options = {}) =>
        here().run(text, {
          ...options,
          onOutput: (stream, said) => {
            const silent = connect(port, '127.0.0.1', () => options.onOutput?.(stream, said));
            silent.on('error', () => {});
          },
        }),
    };
    expect((await look([port], ['127.0.0.1'], host)).reach).toEqual([
      { address: '127.0.0.1', port, outcome: 'token' },
    ]);
  });
});

describe('what is not the token', () => {
  /** Answers READY with these ports, though nothing of ours listens there. */
  const claims = (port: number): Pick<Host, 'run'> => ({
    async run(_text, options = {}) {
      await Promise.resolve();
      options.onOutput?.('stdout', `READY ${port}\n`);
      return { code: 0, stdout: '', stderr: '' };
    },
  });
  const outcome = async (port: number) => (await look([port], ['127.0.0.1'], claims(port))).reach[0];

  it('is another answer, with its server', async () => {
    const port = await listening(
      http.createServer((_, response) => response.setHeader('Server', 'cloudflare').end('hello')),
    );
    expect(await outcome(port)).toMatchObject({ outcome: 'other', server: 'cloudflare' });
  });
  it('is another protocol', async () => {
    const port = await listening(createServer((socket) => socket.end('SSH-2.0-x\r\n')));
    expect(await outcome(port)).toMatchObject({ outcome: 'other' });
  });
  it('is refused', async () => {
    expect(await outcome(await freePort())).toMatchObject({ outcome: 'refused' });
  });
  it.each([
    ['that stays', () => {}],
    ['that is cut', (socket: Socket) => socket.destroy()],
  ])('is a connection %s and no answer', { timeout: 10_000 }, async (_name, then) => {
    const port = await listening(
      createServer((socket) => {
        socket.on('error', () => {});
        then(socket);
      }),
    );
    expect(await outcome(port)).toMatchObject({ outcome: 'mute' });
  });
});
