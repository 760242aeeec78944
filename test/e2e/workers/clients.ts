import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { operator, pythonClient } from '../../world/index.ts';
import type { Server } from '../life/server.ts';
import { newAccount } from './accounts.ts';

const JS_SDK = fileURLToPath(new URL('./js-sdk.ts', import.meta.url));
const NIO = readFileSync(new URL('./nio.py', import.meta.url), 'utf8');

/** People without devices whose keys somebody made up: a library checks them. */
const accounts = async (server: Server): Promise<string> =>
  JSON.stringify({ alice: await newAccount(server, 'grace'), carol: await newAccount(server, 'heidi') });

/** Other people's programs, not ours: what they expect of a server is what users' clients expect. */
export const clients = (server: () => Server): void => {
  describe('client libraries', () => {
    test('matrix-js-sdk: an end-to-end encrypted room', async () => {
      const run = await operator.run([process.execPath, JS_SDK], {
        input: await accounts(server()),
      });
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout).toContain('the server keeps only what it cannot read');
    });

    test('matrix-nio: login, room, invitation, sync, messages and history', async () => {
      const run = await pythonClient(NIO, await accounts(server()));
      expect(run.exitCode, `${run.stdout}${run.stderr}`).toBe(0);
      expect(run.stdout).toContain('all five messages were seen and read back');
    });
  });
};
