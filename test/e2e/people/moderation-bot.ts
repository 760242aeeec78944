import { describe, expect, test } from 'vitest';
import { adminPassword } from '../../support/product.ts';
import { publishModerationBots } from '../../world/build/images.ts';
import { findsNothingToDo } from '../life/server.ts';
import { Client } from './client.ts';
import { people, type TheServer } from './people.ts';

const CLIENT = '/_matrix/client/v3';
const id = encodeURIComponent;

interface Status {
  readonly bot: string | null;
  readonly healthy: boolean;
  readonly module: { readonly configured: boolean; readonly loaded: boolean; readonly answers: boolean };
  readonly room: string;
  readonly invited: readonly string[];
  readonly members: readonly string[];
  readonly lists: readonly string[];
  readonly protectedRooms: readonly string[];
}

/** A bot that stands in for the real one: what is proved is all that the product does for it, and Synapse's own module. */
export const moderationBot = (theServer: TheServer): void => {
  describe('a moderation bot', () => {
    let admin: Client;
    let eve: Client;
    let list = '';
    let room = '';
    let talk = '';
    const botId = () => `@draupnir:${theServer().domain}`;
    const alias = () => `#bans:${theServer().domain}`;
    const moderation = (action: string, ...rest: string[]) =>
      people(theServer(), ['moderation', action, ...rest]);
    const refusal = async (action: string, subject: string): Promise<string> =>
      (await people(theServer(), ['moderation', action, subject], { code: 4 })).all;
    const status = async (): Promise<Status> =>
      JSON.parse((await moderation('status', '--json')).stdout) as Status;
    const rule = (type: 'user' | 'server', content: object) =>
      admin.ask('PUT', `${CLIENT}/rooms/${id(list)}/state/m.policy.rule.${type}/r`, content);
    /** Each somebody else: Synapse limits how often one person is invited, and how many rooms one person makes. */
    let invitees = 0;
    const invitation = async (): Promise<number> => {
      invitees += 1;
      const user_id = `@guest${invitees}:${theServer().domain}`;
      return (await eve.ask('POST', `${CLIENT}/rooms/${id(room)}/invite`, { user_id })).status;
    };

    test('is set up by one command, and a second run changes nothing', async () => {
      const server = theServer();
      await publishModerationBots();
      admin = await Client.logIn(server, 'admin', adminPassword(server.domain));
      const password = 'a sentence that eve can remember';
      await people(server, ['user', 'add', 'eve', '--password-file', '/dev/stdin'], { input: password });
      eve = await Client.logIn(server, 'eve', password);
      room = String((await eve.ask('POST', `${CLIENT}/createRoom`, {})).body.room_id);
      expect(await refusal('subscribe', alias())).toContain('MB-MODERATION-OFF');
      expect((await moderation('status')).stdout).toContain('There is no moderation bot');
      const run = await moderation('enable', '--yes');
      expect(run.all).toContain(`invite @admin:${server.domain}`);
      await findsNothingToDo(server);
    });

    test('its account has no rights and no rate limits; its token is in one file for it alone', async () => {
      const server = theServer();
      const rows = await server.query(
        `select admin, user_type, (select messages_per_second || ' ' || burst_count from ratelimit_override where user_id = name) from users where name = '${botId()}'`,
      );
      expect(rows).toEqual(['0|bot|0 0']);
      const files = await server.shell(
        `cd /opt/matrix-bastion && stat -c '%a %u %n' secrets/draupnir/* secrets/synapse/antispam_authorization && cmp secrets/draupnir/antispam_authorization secrets/synapse/antispam_authorization && echo same
token=$(cat secrets/draupnir/access_token); [ \${#token} -gt 20 ] && ! grep -rqF "$token" --exclude-dir=draupnir /opt/matrix-bastion/{secrets,state,synapse/config,draupnir,compose.yaml,.env} && ! docker inspect $(docker ps -q) | grep -qF "$token" && ! ps -eo args | grep -F "$token" | grep -qv grep && echo hidden`,
      );
      expect(files).toBe(`600 10002 secrets/draupnir/access_token
600 10002 secrets/draupnir/antispam_authorization
600 991 secrets/synapse/antispam_authorization
same
hidden`);
    });

    test('its room is private, not encrypted, and the administrator is invited to command it', async () => {
      const { room: own, invited, members, healthy, module } = await status();
      expect({ invited, members, healthy, module }).toEqual({
        invited: [admin.userId],
        members: [],
        healthy: true,
        module: { configured: true, loaded: true, answers: true },
      });
      expect((await eve.ask('POST', `${CLIENT}/join/${id(own)}`, {})).status).toBe(403);
      expect((await admin.ask('POST', `${CLIENT}/join/${id(own)}`, {})).status).toBe(200);
      const state = `${CLIENT}/rooms/${id(own)}/state`;
      expect((await admin.ask('GET', `${state}/m.room.encryption`)).status).toBe(404);
      expect((await admin.ask('GET', `${state}/m.room.join_rules`)).body).toMatchObject({
        join_rule: 'invite',
      });
      const { body } = await admin.ask('GET', `${CLIENT}/rooms/${id(own)}/messages?dir=b&limit=20`);
      expect(JSON.stringify(body)).toContain('Startup complete.');
    });

    test('can write nowhere but to its data, and reaches neither the database nor anybody outside', async () => {
      const said = await theServer().shell(
        `docker inspect matrix-bastion-draupnir-1 --format '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.PortBindings}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}'
reach() { docker exec matrix-bastion-draupnir-1 node -e "fetch('$1', { signal: AbortSignal.timeout(3000) }).then(({ status }) => console.log('$1', status), () => console.log('$1', 'no'))"; }
reach http://postgres:5432; reach http://redis:6379; reach http://10.99.0.1; reach http://caddy:8009/_matrix/client/versions; reach http://caddy:8009/_synapse/admin/v1/server_version`,
      );
      expect(said.split('\n').map((line) => line.trimEnd())).toEqual([
        'true 10002:10002 [ALL] map[] matrix-bastion_moderation',
        'http://postgres:5432 no',
        'http://redis:6379 no',
        'http://10.99.0.1 no',
        'http://caddy:8009/_matrix/client/versions 200',
        'http://caddy:8009/_synapse/admin/v1/server_version 404',
      ]);
    });

    test('only a policy list that is there can be watched', async () => {
      const { domain } = theServer();
      expect(await refusal('subscribe', `#nowhere:${domain}`)).toMatch(
        /MB-POLICY-LIST[\s\S]*leads to no room/,
      );
      expect(await refusal('subscribe', '!nowhere:no-such-server.test')).toMatch(/cannot join the room/);
      const open = { preset: 'public_chat', room_alias_name: 'talk-only' };
      talk = String((await admin.ask('POST', `${CLIENT}/createRoom`, open)).body.room_id);
      expect(await refusal('subscribe', `#talk-only:${domain}`)).toContain('there is no rule in it');
      const made = await admin.ask('POST', `${CLIENT}/createRoom`, {
        preset: 'public_chat',
        room_alias_name: 'bans',
      });
      list = String(made.body.room_id);
      await rule('user', { entity: '@nobody:example.com', recommendation: 'm.ban', reason: 'spam' });
      await moderation('subscribe', alias(), '--dry-run');
      expect((await status()).lists).toEqual([]);
      expect((await moderation('subscribe', alias())).stdout).toContain('Watched: ');
      expect((await moderation('subscribe', list)).stdout).toContain('Nothing to do: ');
      expect((await status()).lists).toEqual([list]);
    });

    test('protects rooms in which an administrator gives it the power, and gives that back', async () => {
      const state = `${CLIENT}/rooms/${id(talk)}/state`;
      const users = async () => (await admin.ask('GET', `${state}/m.room.power_levels`)).body.users;
      const membership = async () =>
        (await admin.ask('GET', `${state}/m.room.member/${id(botId())}`)).body.membership;
      const before = await users();
      // Eve's own room: she is nobody who is acted for.
      expect(await refusal('protect', room)).toMatch(/MB-MODERATION-POWER[\s\S]*\/op @draupnir:\S+ 100/);
      await admin.ask('PUT', `${state}/m.room.join_rules`, { join_rule: 'invite' });
      const name = `#talk-only:${theServer().domain}`;
      expect((await moderation('protect', name, '--dry-run')).stdout).toContain(
        `joins, invited by ${admin.userId}; gets power 100 from ${admin.userId}, it has 0`,
      );
      expect(await users()).toEqual(before);
      expect((await moderation('protect', name, '--yes')).stdout).toContain('Protected: 1 room.');
      expect(await membership()).toBe('join');
      expect(await users()).toMatchObject({ [botId()]: 100 });
      expect((await moderation('status')).stdout).toContain(`1: ${name}`);
      expect((await moderation('protect', name)).stdout).toContain('Nothing to do: ');
      await moderation('unprotect', name);
      expect(await membership()).toBe('leave');
      expect(await users()).toEqual(before);
      expect(await status()).toMatchObject({ protectedRooms: [], healthy: true });
    });

    test('refuses invitations from whom a list bans, a person or a whole server', async () => {
      expect(await invitation()).toBe(200);
      await rule('user', { entity: '@eve:*', recommendation: 'm.ban', reason: 'spam' });
      expect(await invitation()).toBe(403);
      await rule('user', {});
      expect(await invitation()).toBe(200);
      await rule('server', { entity: theServer().domain, recommendation: 'm.ban', reason: 'attack' });
      expect(await invitation()).toBe(403);
    });

    test('stopped it keeps nobody from inviting; a run starts it again, and it refuses again', async () => {
      const server = theServer();
      await server.shell('docker stop matrix-bastion-draupnir-1');
      expect(await invitation()).toBe(200);
      expect((await moderation('status')).stdout).toMatch(
        /does not run[\s\S]*does not answer it: invitations are let/,
      );
      const run = await server.init();
      expect(run.all).toMatch(/start draupnir \(it is exited\)/);
      expect(await invitation()).toBe(403);
    });

    test('a lost token is made anew, and no other account or room', async () => {
      const server = theServer();
      const before = await status();
      await server.shell('rm /opt/matrix-bastion/secrets/draupnir/access_token');
      const run = await server.init();
      expect(run.exitCode, run.all).toBe(0);
      expect(await status()).toEqual(before);
      await findsNothingToDo(server);
    });

    test('logged out it comes back with one run; its account is refused to whom would log it out', async () => {
      const server = theServer();
      for (const action of ['deactivate', 'lock', 'reset-password'])
        expect((await people(server, ['user', action, 'draupnir'], { code: 4 })).all).toContain(
          'MB-USER-BOT',
        );
      const before = await status();
      await server.shell(
        `printf 'header = "Authorization: Bearer %s"\\n' "$(cat /opt/matrix-bastion/secrets/draupnir/access_token)" | docker exec -i matrix-bastion-synapse-1 curl -fsS -X POST -K - http://127.0.0.1:8008/_matrix/client/v3/logout/all`,
      );
      const dead = await people(server, ['moderation', 'status'], { code: 4 });
      expect(dead.all).toContain('MB-MODERATION-LOGIN');
      const run = await server.init();
      expect(run.exitCode, run.all).toBe(0);
      expect(run.all).toContain(`give ${botId()} a new token`);
      expect(await status()).toEqual(before);
    });

    test('unsubscribed it lets through; taken away it leaves account, room and what it knew', async () => {
      const server = theServer();
      await moderation('unsubscribe', alias());
      expect((await moderation('unsubscribe', alias())).stdout).toContain('Nothing to do: ');
      expect(await invitation()).toBe(200);
      await moderation('disable', '--yes');
      await findsNothingToDo(server);
      const left = await server.shell(
        `docker ps -a --format '{{.Names}}' | grep -c draupnir; docker exec matrix-bastion-synapse-1 grep -c antispam /config/homeserver.yaml; cd /opt/matrix-bastion && ls draupnir/data secrets/draupnir synapse/config | grep -v '^$' | tr '\\n' ' '; docker network ls --format '{{.Name}}' | grep -c moderation`,
      );
      expect(left).toMatch(
        /^0\n0\ndraupnir\/data: bot\.json secrets\/draupnir: access_token antispam_authorization synapse\/config: federation-ca\.pem homeserver\.yaml log\.config \d$/,
      );
      expect(await invitation()).toBe(200);
      const { body } = await admin.ask(
        'GET',
        `${CLIENT}/directory/room/${id(`#draupnir-management:${server.domain}`)}`,
      );
      expect(body.room_id).toMatch(/^!/);
    });

    test('the other bot takes its place; an account without a mark is somebody, and not taken over', async () => {
      const server = theServer();
      await moderation('enable', '--bot', 'mjolnir', '--yes');
      const { bot, healthy, module, invited } = await status();
      expect({ bot, healthy, module, invited }).toEqual({
        bot: 'mjolnir',
        healthy: true,
        module: { configured: true, loaded: true, answers: true },
        invited: [admin.userId],
      });
      await moderation('subscribe', alias());
      expect(await invitation()).toBe(403);
      await server.shell('cd /opt/matrix-bastion && rm secrets/mjolnir/access_token state/moderation.mark');
      const run = await server.init('--yes');
      expect(run.exitCode, run.all).toBe(4);
      expect(run.all).toContain('MB-MODERATION-ACCOUNT');
      await moderation('disable', '--yes');
    });
  });
};
