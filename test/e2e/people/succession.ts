import { beforeAll, describe, expect, test } from 'vitest';
import { Client } from './client.ts';
import {
  ARRIVES,
  administratorOf,
  CLIENT,
  done,
  heard,
  inRoom,
  onHost,
  roomOf,
  say,
  stateIn,
  type TheNeighbours,
} from './neighbours.ts';
import { people } from './people.ts';

/** Rooms that get a successor: people, aliases, state and power come along, also from another server. */
export const succession = (neighbours: TheNeighbours): void => {
  describe('successors of rooms', () => {
    const HANNA = 'a sentence that hanna can remember';
    let us: Client;
    let hanna: Client;
    let them: Client;

    const lead = async (client: Client, alias: string): Promise<string> =>
      String((await done(client, 'GET', `${CLIENT}/directory/room/${encodeURIComponent(alias)}`)).room_id);
    let looks = 0;
    const invitesOf = async (client: Client): Promise<readonly string[]> => {
      // Synapse keeps the answer to a first sync for two minutes (sync_response_cache_duration); another time limit asks anew.
      looks += 1;
      const { rooms } = await done(client, 'GET', `${CLIENT}/sync?timeout=${looks}`);
      return Object.keys((rooms as { invite?: object } | undefined)?.invite ?? {});
    };
    const created = (client: Client, roomId: string) => stateIn(client, roomId, 'm.room.create');

    beforeAll(async () => {
      const { ours, theirs } = neighbours();
      us = await administratorOf(ours);
      // Nobody else's invitations count: a server takes five at once for one account (rc_invites, per_user).
      await people(theirs, ['user', 'add', 'nils', '--password-file', '/dev/stdin'], { input: HANNA });
      them = await Client.logIn(theirs, 'nils', HANNA);
      await people(ours, ['user', 'add', 'hanna', '--password-file', '/dev/stdin'], { input: HANNA });
      hanna = await Client.logIn(ours, 'hanna', HANNA);
    });

    test('an upgrade: the old room leads to the new one, with people, alias, state and power', async () => {
      const { ours } = neighbours();
      const creation = {
        room_version: '11',
        name: 'Pond',
        topic: 'frogs',
        room_alias_name: 'pond',
        power_level_content_override: { users: { [us.userId]: 100, [them.userId]: 50 } },
      };
      const old = await roomOf(us, creation, [hanna, them], ours.domain);
      const alias = `#pond:${ours.domain}`;
      const upgrade = ['room', 'upgrade', 'HOST', alias, '--to', '12'];
      const wrong = await onHost(ours, ['room', 'upgrade', 'HOST', alias, '--to', '99'], 2);
      expect(wrong.stderr).toMatch(/there is no version "99" of rooms on this server: .*12/);
      const dry = await onHost(ours, [...upgrade, '--dry-run']);
      expect(dry.stdout).toContain(`${us.userId} (power 100) replaces it with a room of version 12`);
      expect((await onHost(ours, upgrade, 2)).stderr).toContain('needs --yes');
      expect(await lead(us, alias)).toBe(old);

      const { stdout } = await onHost(ours, [...upgrade, '--yes', '--json']);
      const { successor, joined, invited, missed } = JSON.parse(stdout);
      expect({ joined, invited, missed }).toEqual({
        joined: [hanna.userId],
        invited: [them.userId],
        missed: [],
      });
      expect(await lead(us, alias)).toBe(successor);
      expect(await stateIn(us, old, 'm.room.tombstone')).toMatchObject({ replacement_room: successor });
      expect(await created(us, successor)).toMatchObject({
        room_version: '12',
        predecessor: { room_id: old },
      });
      expect(await stateIn(hanna, successor, 'm.room.name')).toEqual({ name: 'Pond' });
      expect(await stateIn(hanna, successor, 'm.room.topic')).toMatchObject({ topic: 'frogs' });
      expect(await stateIn(us, successor, 'm.room.power_levels')).toMatchObject({
        users: { [them.userId]: 50 },
      });
      await expect.poll(() => invitesOf(them), ARRIVES).toContain(successor);
      await done(
        them,
        'POST',
        `${CLIENT}/join/${encodeURIComponent(successor)}?server_name=${ours.domain}`,
        {},
      );
      await done(them, 'PUT', inRoom(successor, '/state/m.room.topic'), { topic: 'toads' });
      await expect
        .poll(() => stateIn(hanna, successor, 'm.room.topic'), ARRIVES)
        .toMatchObject({ topic: 'toads' });

      for (const again of [alias, old]) {
        const run = await onHost(ours, ['room', 'upgrade', 'HOST', again, '--to', '12', '--yes']);
        expect(run.stdout).toContain('Nothing to do: nobody is missing there');
      }
      expect(await lead(us, alias)).toBe(successor);
    });

    test('a room of another server: without the power it is refused, and a room here follows it', async () => {
      const { ours, theirs } = neighbours();
      const creation = { room_version: '11', name: 'Lake', topic: 'swans', room_alias_name: 'lake' };
      const old = await roomOf(them, creation, [us, hanna], theirs.domain);
      const alias = `#lake:${theirs.domain}`;
      const refused = await onHost(ours, ['room', 'upgrade', 'HOST', alias, '--to', '12', '--yes'], 4);
      expect(refused.stderr).toMatch(new RegExp(`MB-ROOM-POWER[\\s\\S]*${them.userId} \\(power 100\\)`));
      const move = ['room', 'move', 'HOST', alias, '--to', '12'];
      const dry = await onHost(ours, [...move, '--dry-run']);
      expect(dry.stdout).toContain(`Stays where it is: ${alias}.`);
      expect(
        (await us.ask('GET', `${CLIENT}/directory/room/${encodeURIComponent(`#lake:${ours.domain}`)}`))
          .status,
      ).toBe(404);

      // A room that calls itself the successor is nobody's way to the people of the old one.
      const claim = await done(hanna, 'POST', `${CLIENT}/createRoom`, {
        preset: 'private_chat',
        creation_content: { predecessor: { room_id: old } },
      });
      const claimed = await onHost(ours, [...move, '--dry-run']);
      expect(claimed.stderr).toContain(`- ${claim.room_id} by ${hanna.userId}`);

      const { successor, way, joined, missed } = JSON.parse(
        (await onHost(ours, [...move, '--yes', '--json'])).stdout,
      );
      expect(successor).not.toBe(claim.room_id);
      expect({ way, joined, missed }).toEqual({ way: 'beside', joined: [hanna.userId], missed: [] });
      expect(await lead(us, `#lake:${ours.domain}`)).toBe(successor);
      expect(await created(us, successor)).toMatchObject({
        room_version: '12',
        predecessor: { room_id: old },
      });
      expect(await stateIn(hanna, successor, 'm.room.name')).toEqual({ name: 'Lake' });
      expect(await stateIn(us, old, 'm.room.tombstone')).not.toHaveProperty('replacement_room');
      await expect.poll(() => invitesOf(them), ARRIVES).toContain(successor);
      await done(
        them,
        'POST',
        `${CLIENT}/join/${encodeURIComponent(successor)}?server_name=${ours.domain}`,
        {},
      );
      // Who had the say in the old room has it in the new one.
      await done(them, 'PUT', inRoom(successor, '/state/m.room.topic'), { topic: 'geese' });

      const again = await onHost(ours, [...move, '--yes', '--json']);
      expect(JSON.parse(again.stdout)).toMatchObject({ way: 'go-on', successor, joined: [], invited: [] });
      const into = ['room', 'move', 'HOST', String(claim.room_id), '--to', '12'];
      expect((await onHost(ours, into)).stdout).toContain('Nothing to do: the room began on this server');
      expect(await say(hanna, successor, 'here we are')).toBe(200);
      expect(await heard(us, successor)).toContain('here we are');
    });

    test('rooms that are not there, and accounts that are not in them', async () => {
      const { ours } = neighbours();
      const { stderr } = await onHost(ours, ['room', 'upgrade', 'HOST', '!none:example.org', '--yes'], 4);
      expect(stderr).toContain('MB-ROOM-OUTSIDE');
      const alias = await onHost(ours, ['room', 'move', 'HOST', `#none:${ours.domain}`, '--yes'], 2);
      expect(alias.stderr).toContain('leads to no room');
      const as = await onHost(ours, ['room', 'upgrade', 'HOST', `#pond:${ours.domain}`, '--as', 'hana'], 2);
      expect(as.stderr).toContain('did you mean hanna?');
    });
  });
};
