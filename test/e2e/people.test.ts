/**
 * The people on a server: accounts and invitations with each command, its reverse, its repetition and its bad inputs; what
 * invited people do with their keys; and strangers, who do not get in.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshMachine } from '../support/fresh.ts';
import { installation } from '../support/product.ts';
import { showFigures } from './life/figures.ts';
import { Server } from './life/server.ts';
import { accounts } from './people/accounts.ts';
import { invitations } from './people/invitations.ts';
import { moderation } from './people/moderation.ts';
import { moderationBot } from './people/moderation-bot.ts';
import { strangers } from './people/strangers.ts';

const FLAGS = ['--tier', 'custom', '--rooms', '20', '--docker-source', 'distro', '--registration', 'invite'];

describe('people', () => {
  let server: Server | undefined;
  const theServer = (): Server => {
    if (server === undefined) throw new Error('the server could not be installed');
    return server;
  };

  beforeAll(async () => {
    server = new Server(await freshMachine('t-people', 'people.test'), 'people.test');
  });
  afterAll(async () => {
    showFigures();
    await server?.vps.remove();
  });

  test('a server that takes invitations', async () => {
    const { vps, domain } = theServer();
    const run = await installation({ vps, domain, flags: FLAGS });
    expect(run.exitCode, run.all).toBe(0);
    expect(run.stdout).toContain('registration is open to holders of a token');
  });

  accounts(theServer);
  invitations(theServer);
  moderation(theServer);
  moderationBot(theServer);
  strangers(theServer);
});
