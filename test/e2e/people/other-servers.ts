import { beforeAll, describe, expect, test } from 'vitest';
import { findsNothingToDo, ROOT } from '../life/server.ts';
import type { Client } from './client.ts';
import {
  ARRIVES,
  administratorOf,
  CLIENT,
  done,
  heard,
  onHost,
  roomOf,
  say,
  stateIn,
  type TheNeighbours,
} from './neighbours.ts';

const CONFIG = `${ROOT}/synapse/config/homeserver.yaml`;

/** Whom a server talks to: each command, its reverse, its repetition and its bad inputs, with a real other server. */
export const otherServers = (neighbours: TheNeighbours): void => {
  describe('other servers', () => {
    let us: Client;
    let them: Client;
    let room = '';
    let theirRoom = '';

    beforeAll(async () => {
      const { ours, theirs } = neighbours();
      us = await administratorOf(ours);
      them = await administratorOf(theirs);
      // In the clear, so that what was said can be read here.
      const creation = { preset: 'public_chat', room_alias_name: 'garden', name: 'Garden \u001b[31m' };
      room = await roomOf(us, creation, [them], ours.domain);
      theirRoom = await roomOf(them, { name: 'theirs' }, [us], theirs.domain);
    });

    test('who is shared with whom is shown; a hostile name reaches no terminal', async () => {
      const { ours, theirs } = neighbours();
      const { stdout } = await onHost(ours, ['federation', 'HOST']);
      expect(stdout).toContain('is open: it talks to every server');
      expect(stdout).toContain(
        `#garden:${ours.domain} (Garden \\u{1b}[31m): 1 of yours, 1 person of ${theirs.domain}`,
      );
      const told = JSON.parse((await onHost(ours, ['federation', 'HOST', '--json'])).stdout);
      expect(told).toMatchObject({ mode: 'open', shared: { servers: 1 } });
    });

    test('a server is kept out of rooms, and let in again', async () => {
      const { ours, theirs } = neighbours();
      const block = ['moderation', 'block-server', 'HOST', theirs.domain];
      const dry = await onHost(ours, [...block, '--dry-run']);
      expect(dry.stdout).toMatch(/is kept out of \d+ rooms?:\n(?:- .*\n)*- #garden:\S+ .*, by @admin:/);
      expect(dry.stdout).toMatch(
        /Not of \d+ rooms?:\n(?:- .*\n)*- .*\(theirs\).*: no administrator of yours may/,
      );
      expect((await onHost(ours, block, 2)).stderr).toContain('needs --yes');
      expect(await stateIn(us, room, 'm.room.server_acl')).not.toHaveProperty('deny');
      await onHost(ours, [...block, '--yes']);
      expect(await stateIn(us, room, 'm.room.server_acl')).toMatchObject({
        allow: ['*'],
        deny: [theirs.domain],
      });
      expect((await onHost(ours, [...block, '--yes'])).stdout).toContain('Nothing to do: ');
      await say(them, room, 'said by who is kept out');
      await say(them, theirRoom, 'said in a room of their own');
      await expect.poll(() => heard(us, theirRoom), ARRIVES).toContain('said in a room of their own');
      expect(await heard(us, room)).not.toContain('said by who is kept out');

      const unblock = ['moderation', 'unblock-server', 'HOST', theirs.domain, '--yes'];
      await onHost(ours, unblock);
      expect((await onHost(ours, unblock)).stdout).toContain('Nothing to do: ');
      await expect
        .poll(async () => {
          await say(them, room, 'said again');
          return heard(us, room);
        }, ARRIVES)
        .toContain('said again');
      const own = await onHost(ours, ['moderation', 'block-server', 'HOST', ours.domain, '--yes'], 2);
      expect(own.stderr).toContain('is this server itself');
    });

    test('nobody keeps a borrowed login', async () => {
      const { ours } = neighbours();
      expect(
        await ours.query('select count(*) from access_tokens where puppets_user_id is not null'),
      ).toEqual(['0']);
    });

    test('closing says first what that breaks, and needs a yes', async () => {
      const { ours, theirs } = neighbours();
      const unasked = await onHost(ours, ['federation', 'HOST', 'closed'], 2);
      expect(unasked.stderr).toMatch(/^WARNING Federation becomes closed/m);
      expect(unasked.stderr).toMatch(/\d+ rooms? loses? the people of 1 server/);
      expect(unasked.stderr).toContain('needs --yes');
      const dry = await onHost(ours, ['federation', 'HOST', 'closed', '--dry-run']);
      expect(dry.all.indexOf('WARNING Federation becomes closed')).toBeLessThan(dry.all.indexOf('1. Docker'));
      expect(dry.stdout).toContain('DANGEROUS: it narrows federation');
      const init = await ours.init(
        '--federation',
        'allowlist',
        '--federation-allow',
        'example.com',
        '--dry-run',
      );
      expect(init.all).toContain(
        'WARNING Federation becomes allowlist: it talks to example.com, and to no other',
      );
      const kept = ['federation', 'HOST', 'allowlist', theirs.domain, '--dry-run'];
      expect((await onHost(ours, kept)).all).toContain('No room has people of a server that is cut off');
      expect(await ours.shell(`cat ${CONFIG}`)).not.toContain('federation_domain_whitelist');
    });

    test('closed nothing goes either way, and that is as it should be; with an allowlist it goes on', async () => {
      const { ours, theirs } = neighbours();
      const closing = await onHost(ours, ['federation', 'HOST', 'closed', '--yes']);
      expect(closing.stdout).toContain('ask from outside as a server that is on no list, and be refused');
      const profile = `${CLIENT}/profile/${encodeURIComponent(them.userId)}`;
      expect((await us.ask('GET', profile)).status).not.toBe(200);
      await say(them, room, 'said while it was closed');
      expect((await onHost(ours, ['federation', 'HOST'])).stdout).toContain(
        'is closed: it talks to no other',
      );
      expect((await onHost(ours, ['federation', 'HOST', 'closed', '--yes'])).all).toContain(
        'Nothing to do: ',
      );
      expect(await heard(us, room)).not.toContain('said while it was closed');

      const run = await onHost(ours, ['federation', 'HOST', 'allowlist', theirs.domain, '--yes']);
      expect(run.all).not.toContain('WARNING Federation');
      expect((await us.ask('GET', profile)).status).toBe(200);
      await say(us, room, 'opened again');
      await expect.poll(() => heard(them, room), ARRIVES).toContain('opened again');
      await findsNothingToDo(ours);
      await done(us, 'GET', profile);
    });
  });
};
