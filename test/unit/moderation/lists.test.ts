import { describe, expect, test } from 'vitest';
import type { AdminReply, ApiRequest } from '../../../src/apply/admin-api.ts';
import { changeBotData } from '../../../src/commands/moderation/bot.ts';
import { subscribe, unsubscribe } from '../../../src/commands/moderation/lists.ts';
import { BOT_DATA } from '../../../src/people/moderation-bot.ts';
import { roomLink } from '../../../src/people/policy-lists.ts';
import { fakeServer, moderationOptions } from './server.ts';

const LIST = '!bans:example.org';
const PUT = `PUT /_matrix/client/v3/user/@draupnir:example.org/account_data/${BOT_DATA.watchedLists}`;
const LEAVE = `POST /_matrix/client/v3/rooms/${LIST}/leave`;

const ok = (body: AdminReply['body']): AdminReply => ({ status: 200, body });

/** The bot is in the list's room; whether it watches it, and protects it, is asked. */
const synapse =
  ({ watches = false, guards = false, management = '!orders:example.org' }) =>
  ({ method, path }: ApiRequest): AdminReply | undefined => {
    if (method !== 'GET') return undefined;
    if (path.endsWith(BOT_DATA.watchedLists)) return ok({ references: watches ? [roomLink(LIST, [])] : [] });
    if (path.endsWith(BOT_DATA.protectedRooms)) return ok({ rooms: guards ? [LIST] : [] });
    if (path.endsWith('/joined_rooms')) return ok({ joined_rooms: [LIST, management] });
    if (path.includes('/directory/room/')) return ok({ room_id: management });
    return path.includes('mjolnir.shortcode') ? ok({ shortcode: 'bans' }) : undefined;
  };

const change = (fake: ReturnType<typeof fakeServer>) =>
  changeBotData('draupnir', BOT_DATA.watchedLists, (body) => body, fake.server);

describe('what the bot was told is changed while it stands still', () => {
  test('and it runs afterwards', async () => {
    const fake = fakeServer();
    await change(fake);
    expect(fake.done).toEqual(['stop', PUT, 'start']);
  });

  test('after Ctrl-C too', async () => {
    const abort = new AbortController();
    const fake = fakeServer({
      signal: abort.signal,
      code: () => {
        abort.abort();
        return 0;
      },
    });
    await expect(change(fake)).rejects.toThrow(/abort/);
    expect(fake.done).toEqual(['stop', 'start']);
  });

  test('after a refusal of Synapse too, and that is what is told', async () => {
    const fake = fakeServer({
      synapse: ({ method }) => (method === 'PUT' ? { status: 500, body: {} } : undefined),
      code: (action) => (action === 'start' ? 1 : 0),
    });
    await expect(change(fake)).rejects.toMatchObject({ text: { code: 'MB-ADMIN-REFUSED' } });
    expect(fake.done).toEqual(['stop', PUT, 'start']);
  });

  test.each([
    ['stop', 'MB-COMPOSE-STOP', ['stop', 'start']],
    ['start', 'MB-COMPOSE-UP', ['stop', PUT, 'start']],
  ])('Docker that cannot %s it is named', async (broken, code, done) => {
    const fake = fakeServer({ code: (action) => (action === broken ? 1 : 0) });
    await expect(change(fake)).rejects.toMatchObject({ text: { code } });
    expect(fake.done).toEqual(done);
  });
});

describe('a list that is watched already', () => {
  const again = (state: string, guards = true) => {
    const fake = fakeServer({ synapse: synapse({ watches: true, guards }), state });
    return { ...fake, ran: subscribe(moderationOptions({ subject: LIST }), fake.server) };
  };

  test('is nothing to do', async () => {
    const { ran, done, printed } = again('running');
    await ran;
    expect({ done, printed }).toEqual({
      done: [],
      printed: ['Nothing to do: the bot watches that list already.'],
    });
  });

  test('by a bot that protects no room: what is missing is said', async () => {
    const { ran, printed } = again('running', false);
    await ran;
    expect(printed.at(-1)).toBe(
      "The bot protects no room yet: matrix-bastion moderation protect root@vps '#room:domain'",
    );
  });

  test('by a bot that an interrupted run left standing: it is started', async () => {
    const { ran, done, printed } = again('exited');
    await ran;
    expect(done).toEqual(['start']);
    expect(printed.join()).toContain('It did not run: it was started.');
  });
});

describe('a list that is not watched any more', () => {
  const leave = async (known: Parameters<typeof synapse>[0]) => {
    const fake = fakeServer({ synapse: synapse(known) });
    await unsubscribe(moderationOptions({ subject: LIST }), fake.server);
    return fake;
  };

  test('is let go of, and its room is left', async () => {
    expect((await leave({ watches: true })).done).toEqual(['stop', PUT, 'start', LEAVE]);
  });

  test('and whose room an interrupted run did not leave is left', async () => {
    const { done, printed } = await leave({});
    expect(done).toEqual([LEAVE]);
    expect(printed.join()).toMatch(/^Not watched any more/);
  });

  test.each([
    ['protects', { guards: true }],
    ['takes its orders from', { management: LIST }],
  ])('but not a room that the bot %s', async (_, known) => {
    const { done, printed } = await leave(known);
    expect(done).toEqual([]);
    expect(printed.join()).toMatch(/^Nothing to do/);
  });
});
