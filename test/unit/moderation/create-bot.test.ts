import { describe, expect, test } from 'vitest';
import type { AdminReply, AdminRequest } from '../../../src/apply/admin-api.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { createModerationBot } from '../../../src/apply/moderation-bot.ts';
import type { Tools } from '../../../src/apply/tools.ts';

const BOT = '@draupnir:example.org';
const ADMIN = '@admin:example.org';
const ROOM = '!orders:example.org';

interface Found {
  /** Who made the room that the alias leads to; absent: it leads nowhere. */
  readonly creator?: string;
  /** Of the bot, in that room; `none`: it was never there. */
  readonly membership?: string;
  /** Whose doing that is; absent: the bot's own. */
  readonly sender?: string;
  readonly encrypted?: true;
  /** Others who are in it. */
  readonly others?: readonly string[];
  /** Status of the bot's try to join. */
  readonly join?: number;
  /** Of its invitation. */
  readonly invite?: number;
}

/** What the run did that changes something, in order. */
const run = async (found: Found) => {
  const { creator, membership = 'join', sender = BOT, others = [], join = 200, invite = 200 } = found;
  const done: string[] = [];
  const replyTo = (request: AdminRequest): AdminReply => {
    if ('mint' in request) {
      done.push('mint');
      return { status: 200, body: {} };
    }
    const { method, as, user = as } = request;
    const path = decodeURIComponent(request.path);
    if (method !== 'GET') done.push(`${user ?? 'service'}: ${path.replace(/.*\//, '')}`);
    const ok = (body: AdminReply['body']) => ({ status: 200, body });
    if (path.includes('/directory/room/') && creator !== undefined) return ok({ room_id: ROOM });
    if (path.endsWith(`${ROOM}/state`))
      return ok({
        state: [
          { type: 'm.room.create', state_key: '', sender: creator },
          ...(found.encrypted ? [{ type: 'm.room.encryption', state_key: '', sender: creator }] : []),
          ...(membership === 'none'
            ? []
            : [{ type: 'm.room.member', state_key: BOT, sender, content: { membership } }]),
          ...others.map((who) => ({
            type: 'm.room.member',
            state_key: who,
            content: { membership: 'join' },
          })),
        ],
      });
    if (path.includes(`/join/`)) return { status: join, body: { error: 'You are banned' } };
    if (path.endsWith('/invite')) return { status: as === undefined ? 200 : invite, body: {} };
    if (path.endsWith('/createRoom')) return ok({ room_id: ROOM });
    if (path.includes('/admin/v2/users/')) return ok({ name: path, admin: path.endsWith(ADMIN) });
    return { status: method === 'GET' ? 404 : 200, body: {} };
  };
  const tools = {
    host: {
      name: 'vps',
      async run(script: string, { input }: { input?: string } = {}) {
        if (script.includes('docker stop')) done.push('remove');
        const stdout = input
          ? `MB-REPLIES ${JSON.stringify((JSON.parse(input) as AdminRequest[]).map(replyTo))}\n`
          : '';
        return { code: 0, stdout, stderr: '' };
      },
      putTree: async ([entry]: readonly { content: string }[]) => void done.push(`${entry?.content}`.trim()),
    },
    scripts: loadScripts(),
    progress: () => {},
    signal: new AbortController().signal,
  } as unknown as Tools;
  const change = { kind: 'create-moderation-bot', bot: 'draupnir', userId: BOT, manager: '@eve:example.org' };
  const failure = await createModerationBot(change as Parameters<typeof createModerationBot>[0], tools).then(
    () => undefined,
    (error) => error.text as { code: string; what: string; why: string },
  );
  return { done, failure };
};

describe('a bot that is to be made again', () => {
  test.each([
    ['the bot made', BOT],
    ['an administrator made, as an upgrade does', ADMIN],
  ])('goes on in the room that %s', async (_, creator) => {
    const { done, failure } = await run({ creator });
    expect(failure).toBeUndefined();
    expect(done).not.toContain('draupnir: createRoom');
    expect(done).toContain('draupnir: invite');
    expect(done.at(-1)).toBe(`made ${BOT} for @eve:example.org`);
  });

  test('makes a room where there is none', async () => {
    expect((await run({})).done).toContain('draupnir: createRoom');
  });

  test("refuses somebody else's room, and was not stopped before", async () => {
    const { done, failure } = await run({ creator: '@mallory:example.org' });
    expect(failure).toMatchObject({
      code: 'MB-MODERATION-ROOM',
      why: expect.stringContaining('@mallory:example.org made it'),
    });
    expect(done).not.toContain('remove');
  });

  test('refuses a room that is encrypted, where it would be deaf', async () => {
    const { done, failure } = await run({ creator: ADMIN, encrypted: true });
    expect(failure).toMatchObject({
      code: 'MB-MODERATION-ROOM',
      what: '#draupnir-management:example.org leads to a room that is encrypted.',
    });
    expect(done).not.toContain('remove');
  });

  test('comes back into a room that it may join', async () => {
    const { done, failure } = await run({ creator: ADMIN, membership: 'invite' });
    expect(failure).toBeUndefined();
    expect(done.indexOf(`draupnir: ${ROOM}`)).toBeGreaterThan(0);
    expect(done).toContain('remove');
  });

  test('put out of its own room says that, and was not stopped', async () => {
    const { done, failure } = await run({ creator: BOT, membership: 'ban', join: 403 });
    expect(failure).toMatchObject({
      code: 'MB-MODERATION-ROOM',
      what: `${BOT} is not in its management room #draupnir-management:example.org, and cannot join it.`,
      why: expect.stringContaining('You are banned'),
    });
    expect(done).not.toContain('remove');
  });

  test('that was deactivated is brought back by the administrator in its room', async () => {
    const { done, failure } = await run({ creator: BOT, membership: 'leave', others: ['@eve:example.org'] });
    expect(failure).toBeUndefined();
    expect(done.slice(2, 4)).toEqual(['@eve:example.org: invite', `draupnir: ${ROOM}`]);
  });

  test('that an upgraded room began without is invited by who made that', async () => {
    const { done, failure } = await run({ creator: ADMIN, membership: 'none', others: [ADMIN] });
    expect(failure).toBeUndefined();
    expect(done.slice(2, 4)).toEqual([`${ADMIN}: invite`, `draupnir: ${ROOM}`]);
  });

  test('that was deactivated makes a new room where nobody is in the old one', async () => {
    const { done, failure } = await run({ creator: BOT, membership: 'leave', join: 403 });
    expect(failure).toBeUndefined();
    expect(done[2]).toBe('service: #draupnir-management:example.org');
    expect(done).toContain('draupnir: createRoom');
  });

  test('that somebody put out is brought back by nobody', async () => {
    const { done, failure } = await run({
      creator: BOT,
      membership: 'leave',
      sender: ADMIN,
      others: ['@eve:example.org'],
      join: 403,
    });
    expect(failure?.code).toBe('MB-MODERATION-ROOM');
    expect(done).not.toContain('@eve:example.org: invite');
  });

  test('that may not invite has the maker of the room do it', async () => {
    const { done, failure } = await run({ creator: ADMIN, invite: 403 });
    expect(failure).toBeUndefined();
    expect(done).toContain(`${ADMIN}: invite`);
  });
});
