import { describe, expect, test } from 'vitest';
import { adminPassword } from '../../support/product.ts';
import { Client } from './client.ts';
import { people, type TheServer } from './people.ts';

const CLIENT = '/_matrix/client/v3';

export const moderation = (theServer: TheServer): void => {
  describe('moderation', () => {
    let admin: Client;
    let room = '';
    let mediaId = '';
    const roomPath = (path: string) => `${CLIENT}/rooms/${encodeURIComponent(room)}${path}`;
    const alias = () => `#spam:${theServer().domain}`;
    const media = (client: Client) =>
      client.ask('GET', `/_matrix/client/v1/media/download/${theServer().domain}/${mediaId}`);

    test('a room with a file in it', async () => {
      const server = theServer();
      admin = await Client.logIn(server, 'admin', adminPassword(server.domain));
      const made = await admin.ask('POST', `${CLIENT}/createRoom`, {
        preset: 'public_chat',
        room_alias_name: 'spam',
        name: 'spam \u001b[31m\u202e',
        // Rooms for everybody are not encrypted: their media can be told.
      });
      room = String(made.body.room_id);
      const { body } = await admin.ask('POST', '/_matrix/media/v3/upload?filename=x.txt', { a: 'file' });
      const uri = String(body.content_uri);
      mediaId = uri.split('/').at(-1) ?? '';
      const sent = await admin.ask('PUT', roomPath('/send/m.room.message/1'), {
        msgtype: 'm.file',
        body: 'x.txt',
        url: uri,
      });
      expect(sent.status).toBe(200);
      expect((await media(admin)).status).toBe(200);
    });

    test('blocked nobody can join; unblocked they can; a dry run and a second time change nothing', async () => {
      const server = theServer();
      const password = 'a sentence that fred can remember';
      await people(server, ['user', 'add', 'fred', '--password-file', '/dev/stdin'], { input: password });
      const fred = await Client.logIn(server, 'fred', password);
      const join = () => fred.ask('POST', `${CLIENT}/join/${encodeURIComponent(room)}`, {});
      const dry = await people(server, ['moderation', 'block-room', alias(), '--dry-run']);
      expect(dry.stdout).toContain('1 member, 1 of them of this server');
      expect(dry.stdout).toContain('\\u{1b}[31m');
      await people(server, ['moderation', 'block-room', alias()]);
      expect((await join()).status).toBe(403);
      expect((await people(server, ['moderation', 'block-room', room])).stdout).toContain('Nothing to do: ');
      await people(server, ['moderation', 'unblock-room', room]);
      expect((await join()).status).toBe(200);
      expect((await people(server, ['moderation', 'unblock-room', room])).stdout).toContain(
        'Nothing to do: ',
      );
    });

    test('media are quarantined by address and by room, and shown again', async () => {
      const server = theServer();
      const uri = `mxc://${server.domain}/${mediaId}`;
      await people(server, ['moderation', 'quarantine', uri, '--dry-run']);
      expect((await media(admin)).status).toBe(200);
      await people(server, ['moderation', 'quarantine', uri]);
      expect((await media(admin)).status).toBe(404);
      await people(server, ['moderation', 'unquarantine', `@admin:${server.domain}`]);
      expect((await media(admin)).status).toBe(200);
      const { stdout } = await people(server, ['moderation', 'quarantine', room, '--json']);
      expect(JSON.parse(stdout)).toEqual({ media: [uri], quarantined: true, dryRun: false });
      expect((await media(admin)).status).toBe(404);
      await people(server, ['moderation', 'unquarantine', room]);
    });

    test('purged the room is gone for everybody here; that has to be agreed to', async () => {
      const server = theServer();
      const unasked = await people(server, ['moderation', 'purge-room', room], { code: 2 });
      expect(unasked.stderr).toContain('needs --yes');
      const dry = await people(server, ['moderation', 'purge-room', room, '--dry-run']);
      expect(dry.stderr).toContain('nobody else has a copy');
      expect((await admin.ask('GET', roomPath('/joined_members'))).status).toBe(200);
      await people(server, ['moderation', 'purge-room', room, '--yes']);
      expect((await admin.ask('GET', roomPath('/joined_members'))).status).toBe(403);
      expect(await server.query(`select count(*) from events where room_id = '${room}'`)).toEqual(['0']);
      expect((await people(server, ['moderation', 'purge-room', room, '--yes'])).stdout).toContain(
        'Nothing to do: ',
      );
      const gone = await people(server, ['moderation', 'block-room', '#nowhere:example.org'], { code: 2 });
      expect(gone.stderr).toContain('leads to no room');
    });
  });
};
