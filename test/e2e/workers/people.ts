import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { operator } from '../../world/index.ts';
import { figure } from '../life/figures.ts';
import type { Server } from '../life/server.ts';
import { adminOf, newAccount } from './accounts.ts';

const PROGRAM = fileURLToPath(new URL('./talking.ts', import.meta.url));

/** What is said to be proved; a program that stops early must not pass. */
const PROOFS = 30;

export const people = (servers: () => { readonly large: Server; readonly peer: Server }): void => {
  describe('people on two servers', () => {
    test('do with the large one what people do, through its public name', async () => {
      const { large, peer } = servers();
      const accounts = {
        alice: await newAccount(large, 'alice'),
        carol: await newAccount(large, 'carol'),
        bob: adminOf(peer),
      };
      const run = await operator.run([process.execPath, PROGRAM], { input: JSON.stringify(accounts) });
      expect(run.exitCode, run.all).toBe(0);
      const proved = run.stdout.split('\n').filter(Boolean);
      expect(proved.length, run.stdout).toBeGreaterThanOrEqual(PROOFS);
      figure('things that people do, through workers', String(proved.length));
    });
  });
};
