import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { operator } from '../../world/index.ts';
import { figure } from '../life/figures.ts';
import { findsNothingToDo, ROOT, type Server } from '../life/server.ts';
import { Client } from './client.ts';
import { offer, REGISTER } from './invitations.ts';
import { invite, people, type TheServer } from './people.ts';
import type { Spammed } from './spam.ts';

const ATTEMPTS = 500;
/** Says hung, not slow: a client that waits this long takes a server for dead. How long it took is a figure. */
const RESPONSIVE_MS = 10_000;
const SPAM = fileURLToPath(new URL('./spam.ts', import.meta.url));
const OPENING = `${ROOT}/synapse/conf.d/60-open.yaml`;

const countAccounts = async (server: Server): Promise<number> =>
  Number((await server.query('select count(*) from users'))[0]);

/** Until it has read its configuration and answers. */
const restartSynapse = (server: Server): Promise<string> =>
  server.shell(`cd ${ROOT} && docker compose restart synapse 2>&1
until [ "$(docker inspect --format '{{.State.Health.Status}}' matrix-bastion-synapse-1)" = healthy ]; do sleep 1; done`);

export const strangers = (theServer: TheServer): void => {
  describe('strangers', () => {
    test(`${ATTEMPTS} attempts to register without a token make no account, and the server answers meanwhile`, async () => {
      const server = theServer();
      const before = await countAccounts(server);
      const input = JSON.stringify({ baseUrl: `https://${server.matrixHost}`, attempts: ATTEMPTS });
      const run = await operator.run([process.execPath, SPAM], { input });
      expect(run.exitCode, run.all).toBe(0);
      const { statuses, longestMs } = JSON.parse(run.stdout) as Spammed;
      figure(`longest answer while strangers tried to register ${ATTEMPTS} times`, `${longestMs} ms`);
      expect(longestMs).toBeLessThan(RESPONSIVE_MS);
      expect(Object.keys(statuses).filter((status) => !['401', '403', '429'].includes(status))).toEqual([]);
      expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(ATTEMPTS);
      expect(await countAccounts(server)).toBe(before);
      const guest = await Client.stranger(server).ask('POST', `${REGISTER}?kind=guest`, {});
      expect(guest.status).toBe(403);
    });

    test.each([
      [
        'enable_registration: true\nregistration_requires_token: false\nenable_registration_without_verification: true\n',
        'registration_requires_token',
      ],
      ['allow_guest_access: true\n', 'allow_guest_access'],
    ])('a conf.d that would let them in is refused: %j', async (yaml, setting) => {
      const server = theServer();
      await server.shell(`cat >${OPENING}`, yaml);
      try {
        const starts = await server.startTimes();
        const run = await server.init();
        expect(run.exitCode, run.all).toBe(4);
        expect(run.stderr).toContain('MB-REGISTRATION-OPEN');
        expect(run.stderr).toContain(setting);
        expect(await server.startTimes()).toEqual(starts);
      } finally {
        await server.shell(`rm -f ${OPENING}`);
      }
    });

    test('one that Synapse has read already is seen from outside, in the next run', async () => {
      const server = theServer();
      await server.shell(`cat >${OPENING}`, 'allow_guest_access: true\n');
      await restartSynapse(server);
      await server.shell(`rm ${OPENING}`);
      const run = await server.init();
      expect(run.exitCode, run.all).toBe(1);
      expect(run.stderr).toContain('MB-REGISTRATION-OPEN');
    });

    // Synapse still lets guests in: this run restarts it, and sees from outside that it does not any more.
    test('registration closed again: the plan says so, and a token that was made before opens nothing', async () => {
      const server = theServer();
      const [left] = await invite(server);
      const run = await server.init('--registration', 'closed');
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout).toContain('registration is closed');
      expect((await Client.stranger(server).ask('POST', REGISTER, {})).status).toBe(403);
      expect((await offer(server, left?.token)).status).toBe(403);
      const refused = await people(server, ['invite', 'create'], { code: 4 });
      expect(refused.stderr).toMatch(
        /MB-INVITE-CLOSED[\s\S]*init root@\S+ --domain \S+ --registration invite/,
      );
      await findsNothingToDo(server);
    });
  });
};
