import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BIN } from '../../support/product.ts';
import { readQr } from '../../support/qr.ts';
import { openTerminal } from '../../support/terminal.ts';
import { operator, pythonClient } from '../../world/index.ts';
import type { Server } from '../life/server.ts';
import { Client, type Reply } from './client.ts';
import { invite, invitesOf, people, type TheServer } from './people.ts';

const PROGRAM = fileURLToPath(new URL('./key-backup.ts', import.meta.url));
const NIO = readFileSync(new URL('./nio.py', import.meta.url), 'utf8');
export const REGISTER = '/_matrix/client/v3/register';

/** The token's stage of a registration: 401 with `completed` when it was taken, with `errcode` when not. */
export const offer = async (server: Server, token = ''): Promise<Reply> => {
  const stranger = Client.stranger(server);
  const { body } = await stranger.ask('POST', REGISTER, {});
  return stranger.ask('POST', REGISTER, {
    auth: { type: 'm.login.registration_token', token, session: body.session },
  });
};

export const invitations = (theServer: TheServer): void => {
  describe('invitations', () => {
    test('two people get in by their links, set up key backup, lose a device, and read on a new one with the recovery key', async () => {
      const server = theServer();
      const made = await invite(server, '--count', '2');
      const tokens = made.map(({ token }) => token);
      const input = JSON.stringify({ links: made.map(({ link }) => link) });
      const run = await operator.run([process.execPath, PROGRAM], { input });
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout).toContain('with the recovery key the new device reads all of it');
      const after = (await invitesOf(server)).filter(({ token }) => tokens.includes(token));
      expect(after.map(({ open, completed }) => ({ open, completed }))).toEqual([
        { open: false, completed: 1 },
        { open: false, completed: 1 },
      ]);
      expect((await offer(server, tokens[0])).body.errcode).toBe('M_UNAUTHORIZED');
    });

    test('matrix-nio, a client of another make, gets two people in and lets them talk encrypted', async () => {
      const server = theServer();
      const tokens = (await invite(server, '--count', '2')).map(({ token }) => token);
      const own = Date.now().toString(36);
      const names = [`hanna-${own}`, `ivo-${own}`];
      const input = JSON.stringify({ baseUrl: `https://${server.matrixHost}`, names, tokens });
      const run = await pythonClient(NIO, input);
      expect(run.exitCode, `${run.stdout}${run.stderr}`).toBe(0);
      expect(run.stdout).toContain('two people of another make read each other');
    });

    test('what is printed for people: the terms, a link with server and token, and what other clients need', async () => {
      const { stdout } = await people(theServer(), ['invite', 'create', '--expires', '12h']);
      const [, token = ''] =
        /^Token (\S+): for 1 account, until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m.exec(stdout) ?? [];
      expect(token).toMatch(/^[A-Za-z2-9]{16}$/);
      expect(stdout).toContain(`/register/${theServer().domain}/?token=${token}`);
      const many = await people(theServer(), [
        'invite',
        'create',
        '--uses',
        'unlimited',
        '--expires',
        'never',
      ]);
      expect(many.stdout).toMatch(/: for any number of accounts, without an end$/m);
      expect(many.stdout).not.toContain('?token=');
    });

    test('in a terminal the link is a code too, which a camera reads without scrolling', async () => {
      const { vps, domain } = theServer();
      const terminal = await openTerminal(80, 24);
      try {
        const words = ['invite', 'create', `${vps.user}@${vps.ip}`, '--host-key', vps.fingerprint];
        await terminal.enter(`clear; ${process.execPath} ${BIN} ${words.join(' ')}; echo "exit=$?"`);
        await terminal.until(/exit=0/);
        const [, token = ''] = /^Token (\S+): /m.exec(await terminal.text()) ?? [];
        expect(readQr(await terminal.screen())).toMatch(new RegExp(`/register/${domain}/\\?token=${token}$`));
      } finally {
        await terminal.close();
      }
    });

    test('one that has expired or was revoked opens nothing; others do', async () => {
      const server = theServer();
      const [good, late, revoked] = await invite(server, '--count', '3');
      await server.query(`update registration_tokens set expiry_time = 1 where token = '${late?.token}'`);
      await people(server, ['invite', 'revoke', revoked?.token.slice(0, 6) ?? '']);
      expect((await offer(server, late?.token)).body.errcode).toBe('M_UNAUTHORIZED');
      expect((await offer(server, revoked?.token)).body.errcode).toBe('M_UNAUTHORIZED');
      expect((await offer(server, good?.token)).body.completed).toEqual(['m.login.registration_token']);
      const again = await people(server, ['invite', 'revoke', revoked?.token ?? ''], { code: 2 });
      expect(again.stderr).toContain('There is no such invitation');
      expect((await people(server, ['invite', 'list'])).stdout).toContain('expired');
    });
  });
};
