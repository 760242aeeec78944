import { expect, test } from 'vitest';
import type { ModerationOptions } from '../../../src/cli/people-options.ts';
import { setServer } from '../../../src/commands/moderation/servers.ts';
import { botTokenPath } from '../../../src/render/moderation.ts';
import { fakeServer } from './fake-server.ts';

const ADMIN = '@admin:example.org';
const room = (id: string) => ({
  room_id: id,
  version: '11',
  here: 1,
  there: 1,
  administrators: [ADMIN],
  events: { 'm.room.create': JSON.stringify({ sender: ADMIN, content: { creator: ADMIN } }) },
});

test('block-server leaves the rooms to the bot that the bot protects', async () => {
  const fake = fakeServer({
    answers: 'domain: example.org\nmoderation: draupnir\n',
    files: { [botTokenPath('draupnir')]: { size: 1 } },
    run: (script) =>
      script.includes('MB-ROOMS')
        ? { stdout: `MB-ROOMS ${JSON.stringify([room('!free:example.org'), room('!kept:example.org')])}\n` }
        : {},
    answer: ({ path }) =>
      path.endsWith('account_data/org.matrix.mjolnir.protected_rooms')
        ? { status: 200, body: { rooms: ['!kept:example.org'] } }
        : undefined,
  });
  const options = { subject: 'spam.example', dryRun: false, yes: true, json: false };
  expect(await setServer('kept-out')(options as ModerationOptions, fake.server)).toBe(0);
  expect(fake.changes()).toEqual([
    `${ADMIN} PUT /_matrix/client/v3/rooms/!free:example.org/state/m.room.server_acl`,
  ]);
  expect(fake.said()).toContain(
    '!kept:example.org, 1 of yours, 1 of theirs: Draupnir writes its access list',
  );
});
