import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BIN, initArguments } from '../../support/product.ts';
import { operator } from '../../world/index.ts';
import { figure, seconds } from './figures.ts';
import type { TheLife } from './life.ts';
import { runLogs } from './log.ts';
import { NOTHING_TO_DO, type Server } from './server.ts';

const PROXY = fileURLToPath(new URL('./delay-proxy.ts', import.meta.url));
const PORT = 2250;
/** As to another continent. */
const FAR_MS = 50;
/** So long that counting round trips by the clock is exact; the fastest of three, because a busy machine adds to one. */
const VERY_FAR_MS = 1000;

/** A rerun over a connection with this round trip. */
const rerunAt = async ({ vps, domain }: Server, roundTripMs: number) => {
  const [command = '', , ...flags] = initArguments({ vps, domain });
  const init = [process.execPath, BIN, command, `root@${operator.ip}:${PORT}`, ...flags];
  const proxy = [PROXY, vps.ip, '22', operator.ip, String(PORT), String(roundTripMs)];
  const begin = Date.now();
  const run = await operator.run([process.execPath, ...proxy, ...init]);
  const milliseconds = Date.now() - begin;
  expect(run.exitCode, run.all).toBe(0);
  expect(run.stdout).toMatch(NOTHING_TO_DO);
  return { milliseconds, connections: Number(/connections (\d+)/.exec(run.all)?.[1]) };
};

const fastest = async (server: Server, roundTripMs: number, times: number): Promise<number> => {
  const runs: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const { milliseconds, connections } = await rerunAt(server, roundTripMs);
    expect(connections, 'one handshake').toBe(1);
    runs.push(milliseconds);
  }
  return Math.min(...runs);
};

export const distance = (life: TheLife): void => {
  describe('a rerun without changes from far away', () => {
    test('takes one handshake, one script and few round trips', async () => {
      const { server } = life();
      // Another machine may have stood behind this port before.
      await operator.forget(`[${operator.ip}]:${PORT}`);
      // The first contact through this port also asks for the host key.
      await rerunAt(server, 0);
      const near = await fastest(server, 0, 3);
      const far = await fastest(server, FAR_MS, 3);
      const veryFar = await fastest(server, VERY_FAR_MS, 3);
      const log = runLogs(server.domain).at(-1) ?? '';
      expect(log.match(/ facts: /g)).toHaveLength(1);
      // What ran on the machine beside that would be there with its script.
      expect(log).not.toContain(' ran, exit status ');

      const roundTrips = (veryFar - near) / VERY_FAR_MS;
      figure('round trips of a rerun that finds nothing to do', roundTrips.toFixed(1));
      figure(`such a rerun at ${FAR_MS} ms, fastest of three (goal: 1.3 s)`, seconds(far));
      figure('such a rerun next to the machine, fastest of three', seconds(near));
      // Nine, and a part of one for what the clock adds: one round trip more fails.
      expect(roundTrips).toBeLessThan(10);
    });
  });
};
