import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stateFile } from '../../support/product.ts';
import { ROOT } from '../life/server.ts';
import { watchProcesses } from '../life/watch.ts';
import { Client } from './client.ts';
import { accountsOf, madePassword, people, type TheServer } from './people.ts';

const BEN = 'a sentence that ben can remember';
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u202eroot';
const TOKEN = `${ROOT}/secrets/admin/token`;

export const accounts = (theServer: TheServer): void => {
  describe('accounts', () => {
    const logIn = (user: string, password: string) => Client.logIn(theServer(), user, password);
    const whoami = (client: Client) => client.ask('GET', '/_matrix/client/v3/account/whoami');
    let anna: Client;

    test('one is made, with a password that only the operator can read; nothing of it is seen meanwhile', async () => {
      const server = theServer();
      const { watched } = await watchProcesses(() => people(server, ['user', 'add', 'anna']));
      const password = madePassword(server, 'anna');
      expect(statSync(stateFile(server.domain, 'password-anna')).mode & 0o777).toBe(0o600);
      anna = await logIn('anna', password);
      expect(anna.userId).toBe(`@anna:${server.domain}`);

      const token = (await server.shell(`cat ${TOKEN}`)).trim();
      expect(token.length).toBeGreaterThan(20);
      expect(await server.shell(`stat -c '%a %u:%g' ${TOKEN} ${ROOT}/secrets/admin`)).toBe(
        '600 0:0\n700 0:0',
      );
      const logs = join(dirname(dirname(stateFile(server.domain, 'x'))), 'logs');
      const written = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
      expect(written.join()).toContain('admin API: PUT');
      expect(watched.sweeps).toBeGreaterThan(10);
      for (const secret of [password, token])
        for (const text of [...watched.texts, ...written]) expect(text.includes(secret)).toBe(false);
    });

    test('made again it stays as it is', async () => {
      const server = theServer();
      const again = await people(server, ['user', 'add', `@anna:${server.domain}`]);
      expect(again.stdout).toContain('Nothing to do: ');
      expect((await whoami(anna)).status).toBe(200);
      await logIn('anna', madePassword(server, 'anna'));
    });

    test('an administrator, with a password from standard input', async () => {
      const server = theServer();
      const add = ['user', 'add', 'ben', '--admin', '--password-file', '/dev/stdin'];
      await people(server, add, { input: `${BEN}\n` });
      await logIn('ben', BEN);
      const ben = (await accountsOf(server)).find(({ userId }) => userId === `@ben:${server.domain}`);
      expect(ben?.administrator).toBe(true);
      const promote = await people(server, ['user', 'add', 'anna', '--admin'], { code: 2 });
      expect(promote.stderr).toContain('needs --yes');
    });

    test('a hostile display name reaches no terminal, and programs get it whole', async () => {
      const server = theServer();
      await anna.ask('PUT', `/_matrix/client/v3/profile/${encodeURIComponent(anna.userId)}/displayname`, {
        displayname: HOSTILE,
      });
      const { stdout } = await people(server, ['user', 'list']);
      expect(stdout).toContain('\\u{1b}');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      const listed = (await accountsOf(server)).find(({ userId }) => userId === anna.userId);
      expect(listed?.displayName).toBe(HOSTILE);
    });

    test('a new password keeps devices logged in, unless they are to be logged out', async () => {
      const server = theServer();
      const before = madePassword(server, 'anna');
      await people(server, ['user', 'reset-password', 'anna']);
      expect((await whoami(anna)).status).toBe(200);
      await expect(logIn('anna', before)).rejects.toThrow(/403/);
      const reset = ['user', 'reset-password', 'anna', '--logout-devices', '--password-file', '/dev/stdin'];
      await people(server, reset, { input: 'anna has a new one now' });
      expect((await whoami(anna)).status).toBe(401);
      anna = await logIn('anna', 'anna has a new one now');
    });

    test('locked it can do nothing; unlocked it goes on', async () => {
      const server = theServer();
      await people(server, ['user', 'lock', 'anna']);
      expect((await whoami(anna)).body.errcode).toBe('M_USER_LOCKED');
      expect((await people(server, ['user', 'lock', 'anna'])).stdout).toContain('Nothing to do: ');
      expect((await people(server, ['user', 'list'])).stdout).toContain('locked user');
      await people(server, ['user', 'unlock', 'anna']);
      expect((await whoami(anna)).status).toBe(200);
      expect((await people(server, ['user', 'unlock', 'anna'])).stdout).toContain('Nothing to do: ');
    });

    test('deactivated it is gone, its name stays taken, and it can be brought back', async () => {
      const server = theServer();
      const unasked = await people(server, ['user', 'deactivate', 'anna'], { code: 2 });
      expect(unasked.stderr).toContain('needs --yes');
      expect((await whoami(anna)).status).toBe(200);
      await people(server, ['user', 'deactivate', 'anna', '--yes']);
      await expect(logIn('anna', 'anna has a new one now')).rejects.toThrow(/403/);
      expect((await people(server, ['user', 'deactivate', 'anna', '--yes'])).stdout).toContain(
        'Nothing to do: ',
      );
      for (const action of ['add', 'lock', 'reset-password']) {
        const refused = await people(server, ['user', action, 'anna'], { code: 4 });
        expect(refused.stderr).toContain('MB-USER-DEACTIVATED');
      }
      await people(server, ['user', 'reactivate', 'anna']);
      anna = await logIn('anna', madePassword(server, 'anna'));
      expect((await people(server, ['user', 'reactivate', 'anna'])).stdout).toContain('Nothing to do: ');
    });

    test('the last administrator stays', async () => {
      const server = theServer();
      await people(server, ['user', 'lock', 'ben']);
      for (const words of [
        ['user', 'deactivate', 'admin', '--yes'],
        ['user', 'lock', 'admin'],
      ]) {
        const refused = await people(server, words, { code: 4 });
        expect(refused.stderr).toContain('MB-USER-LAST-ADMIN');
      }
      await people(server, ['user', 'unlock', 'ben']);
      const admin = (await accountsOf(server)).find(({ userId }) => userId === `@admin:${server.domain}`);
      expect(admin).toMatchObject({ administrator: true, locked: false, deactivated: false });
    });

    test('an account that is not there is named as such, with the nearest', async () => {
      const server = theServer();
      const unknown = await people(server, ['user', 'lock', 'anan'], { code: 2 });
      expect(unknown.stderr).toMatch(/There is no account @anan:\S+ on this server; did you mean anna\?/);
      const elsewhere = await people(server, ['user', 'lock', '@anna:example.org'], { code: 2 });
      expect(elsewhere.stderr).toContain('is on another server');
    });

    test('the admin API is shut from outside, in every spelling', async () => {
      for (const path of [
        '/_synapse/admin/v1/server_version',
        '/_matrix/../_synapse/admin/v1/register',
        '//_synapse/admin/v1/register',
      ])
        expect((await Client.stranger(theServer()).ask('GET', path)).status, path).toBe(404);
    });

    test('a token that is lost costs a new account, and the old one is deactivated', async () => {
      const server = theServer();
      const ours = async () => (await accountsOf(server)).filter((one) => one.ownAccountOfTheTool);
      const [before] = await ours();
      const own = before?.userId.replace(/^@|:.*$/g, '') ?? '';
      const refused = await people(server, ['user', 'deactivate', own, '--yes'], { code: 4 });
      expect(refused.stderr).toContain('MB-USER-OWN');
      await server.shell(`rm ${TOKEN}`);
      const after = await ours();
      expect(after.filter(({ deactivated }) => !deactivated)).toHaveLength(1);
      expect(after.find(({ userId }) => userId === before?.userId)?.deactivated).toBe(true);
      await server.shell(`echo nonsense >${TOKEN}`);
      expect((await ours()).filter(({ deactivated }) => !deactivated)).toHaveLength(1);
    });
  });
};
