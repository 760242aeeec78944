import { describe, expect, test } from 'vitest';
import type { AdminReply, ApiRequest } from '../../../src/apply/admin-api.ts';
import { status } from '../../../src/commands/moderation/status.ts';
import { resetPassword } from '../../../src/commands/user/reset-password.ts';
import { deactivate, lock } from '../../../src/commands/user/standing.ts';
import { fakeServer, moderationOptions, userOptions } from './server.ts';

const ACCOUNTS = ['admin', 'draupnir', 'mjolnir'].map((name) => ({
  name: `@${name}:example.org`,
  admin: name === 'admin',
}));

const synapse = ({ path }: ApiRequest): AdminReply | undefined =>
  path.includes('/admin/v2/users?') ? { status: 200, body: { users: ACCOUNTS } } : undefined;

describe("the moderation bot's account", () => {
  test.each([
    ['deactivated', deactivate],
    ['locked', lock],
    ['given a password', resetPassword],
  ])('is not %s while the bot is in use', async (how, command) => {
    const { server, done } = fakeServer({ synapse });
    await expect(command(userOptions({ name: 'draupnir' }), server)).rejects.toMatchObject({
      text: {
        code: 'MB-USER-BOT',
        what: expect.stringContaining(how),
        fix: ['Take the bot away first: matrix-bastion moderation disable root@vps'],
      },
    });
    expect(done).toEqual([]);
  });

  test('of a bot that is not in use may be deactivated', async () => {
    const { server, done } = fakeServer({ synapse });
    await deactivate(userOptions({ name: 'mjolnir' }), server);
    expect(done).toEqual(['POST /_synapse/admin/v1/deactivate/@mjolnir:example.org']);
  });

  test('whose token is dead: status names the command that gives it a new one', async () => {
    const { server } = fakeServer({
      synapse: () => ({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } }),
    });
    await expect(status(moderationOptions({ action: 'status' }), server)).rejects.toMatchObject({
      text: { code: 'MB-MODERATION-LOGIN', fix: ['Give it a new one: matrix-bastion init root@vps'] },
    });
  });
});
