import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** A program in the foreground that listens. */
export interface Program {
  /** Ends it and returns what it wrote. */
  end(): Promise<string>;
}

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

const isOpen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });

/** Starts a program that stays in the foreground and waits until it listens. */
export const startProgram = async (
  port: number,
  command: string,
  args: readonly string[],
  home: string,
): Promise<Program> => {
  const child = execa(command, args, { reject: false, all: true, env: { HOME: home } });
  const program = {
    async end() {
      child.kill('SIGTERM');
      return (await child).all;
    },
  };
  for (const end = Date.now() + 30_000; !(await isOpen(port)); await sleep(50))
    if (Date.now() > end || child.exitCode !== null)
      throw new Error(`${command} does not listen: ${await program.end()}`);
  return program;
};
