import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GivenUp, WorldError } from './errors.ts';

/** Asks again until the answer is there; an error of the question counts as "not yet", but for GivenUp. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds: number,
  hint = 'see `node test/world/cli.ts logs`',
): Promise<T> {
  const end = performance.now() + milliseconds;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 500)) {
    const answer = await Promise.resolve()
      .then(ask)
      .catch((error: unknown) => {
        if (error instanceof GivenUp) throw error;
        return undefined;
      });
    if (answer) return answer;
    if (performance.now() > end) {
      throw new WorldError(`${what} did not happen within ${Math.round(milliseconds / 1000)} s: ${hint}`);
    }
    await sleep(pause);
  }
}

/** The first bytes that a server sends on its own accord, or '' when it only accepts. */
export function greeting(host: string, port: number, waitForBytes: boolean): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const done = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => waitForBytes || done('connected'));
    socket.on('data', (data) => done(data.toString()));
    socket.on('error', () => done(undefined));
    socket.on('timeout', () => done(undefined));
    socket.on('close', () => resolve(undefined));
  });
}
