import { beforeAll, describe, test } from 'vitest';
import type { Server } from '../life/server.ts';
import { newAccount } from './accounts.ts';
import { type Conversation, goesOnAfter, isAsPlanned, openConversation } from './probe.ts';
import { untilReplaced } from './replaced.ts';

type End = 'power cut' | 'shutdown';

const ENDS: readonly End[] = ['power cut', 'shutdown', 'power cut', 'power cut', 'shutdown'];

const end = (server: Server, how: End): Promise<void> =>
  how === 'power cut' ? server.vps.powerCut() : server.vps.stop();

/** After a reboot nobody is there to order the start: no run of ours, no Compose. */
export const boots = (server: () => Server): void => {
  describe('all processes come up in order by themselves', () => {
    let conversation: Conversation;
    beforeAll(async () => {
      conversation = await openConversation(await newAccount(server(), 'frank'));
    });

    test.each(ENDS.map((how, index) => [index + 1, how] as const))('%i: after a %s', async (_, how) => {
      await end(server(), how);
      await goesOnAfter(`power on after a ${how}`, () => server().vps.start(), conversation);
    });

    test('after kill -9 of the Docker daemon', async () => {
      // A daemon that comes back ends the containers that it finds, and starts them anew.
      await goesOnAfter(
        'kill -9 of the Docker daemon',
        () => untilReplaced(server(), 'synapse', () => 'kill -9 $(cat /run/docker.pid)'),
        conversation,
      );
    });

    test('and all of them are as planned', () => isAsPlanned(server()));
  });
};
