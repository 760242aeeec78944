import { beforeAll, describe, test } from 'vitest';
import type { Server } from '../life/server.ts';
import { newAccount } from './accounts.ts';
import { type Conversation, goesOnAfter, isAsPlanned, openConversation } from './probe.ts';
import { container, untilReplaced } from './replaced.ts';

/** One process dies or hangs: the others go on, and it comes back by itself. */
export const survivors = (server: () => Server): void => {
  describe('a process that dies', () => {
    let conversation: Conversation;
    beforeAll(async () => {
      conversation = await openConversation(await newAccount(server(), 'erin'));
    });

    // One of the two has the conversation's syncs.
    test.each(['synapse-sync-1', 'synapse-sync-2'])('%s hangs: the other one answers', async (service) => {
      const pause = () => server().shell(`docker pause ${container(service)}`);
      try {
        await goesOnAfter(`a hanging ${service}`, pause, conversation);
      } finally {
        await server().shell(`docker unpause ${container(service)}`);
      }
    });

    test.each(['synapse-sync-1', 'synapse-sync-2'])('%s is gone: the other one answers', async (service) => {
      const stop = () => server().shell(`docker stop ${container(service)}`);
      try {
        await goesOnAfter(`the end of ${service}`, stop, conversation);
      } finally {
        await server().shell(`docker start ${container(service)}`);
      }
    });

    test.each([
      'synapse',
      'synapse-event-persister-1',
      'synapse-event-persister-2',
      'synapse-media-1',
      'synapse-stream-writer-1',
      'redis',
      'postgres',
    ])('%s: back by itself', async (service) => {
      await goesOnAfter(
        `kill -9 of ${service}`,
        () => untilReplaced(server(), service, (pid) => `kill -9 ${pid}`),
        conversation,
      );
    });

    test('and all of them are as planned', () => isAsPlanned(server()));
  });
};
