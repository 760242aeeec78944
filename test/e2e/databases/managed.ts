import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trust } from '../../world/index.ts';
import { runLogs } from '../life/log.ts';
import { findsNothingToDo, ROOT, type Server } from '../life/server.ts';
import { backedUp } from './backed-up.ts';
import { holders } from './holders.ts';
import { PASSWORD, type Provider, USER } from './provider.ts';

const SMALL = ['--tier', 'custom', '--rooms', '20', '--docker-source', 'distro'] as const;

/** What is wrong, and the code that says so; all of them are refused before anything is touched. */
const REFUSED: readonly (readonly [string, (provider: Provider) => readonly string[], string])[] = [
  ['a locale that is not C', (at) => ['--database', at.url('locale')], 'MB-DATABASE-LOCALE'],
  ['the builtin C.UTF-8', (at) => ['--database', at.url('builtin')], 'MB-DATABASE-LOCALE'],
  ['another encoding', (at) => ['--database', at.url('ascii')], 'MB-DATABASE-ENCODING'],
  ['no right to create tables', (at) => ['--database', at.url('rights')], 'MB-DATABASE-RIGHTS'],
  ["somebody else's tables", (at) => ['--database', at.url('stray')], 'MB-DATABASE-STRAY'],
  ['a database that takes no writes', (at) => ['--database', at.url('readonly')], 'MB-DATABASE-READ-ONLY'],
  ['a database that is not there', (at) => ['--database', at.url('absent')], 'MB-DATABASE-ABSENT'],
  [
    'a port where nothing listens',
    (at) => ['--database', at.url('good').replace('/good', ':5433/good')],
    'MB-DATABASE-REFUSED',
  ],
];

export const managed = (server: () => Server, provider: () => Provider): void => {
  describe('that somebody else runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'managed-'));
    const file = (name: string, content: string): string => {
      const path = join(folder, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const passwordFile = () => file('password', `${PASSWORD}\n`);
    const flags = () => [
      ...SMALL,
      '--database-ca',
      file('ca.pem', provider().ca),
      '--database-password-file',
      passwordFile(),
    ];
    const tree = () => server().shell(`find ${ROOT} /etc -type f -exec sha256sum {} + | sort`);

    beforeAll(async () => {
      // Docker and Synapse's image are there, as on any machine where it is tried a second time.
      const run = await server().init(...flags(), '--database', provider().url('locale'));
      expect(run.exitCode, run.all).toBe(4);
      expect(run.all).toContain('FAILED MB-DATABASE-LOCALE');
      expect(run.all).toContain('sorts by another locale than C: collation C.UTF-8');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test('is looked at before anything starts, on a machine without Docker too', async () => {
      expect(await server().shell('docker ps -aq')).toBe('');
    });

    test.each(REFUSED)('%s: refused, and nothing touched', async (_what, change, code) => {
      const before = await tree();
      const run = await server().init(...flags(), ...change(provider()));
      expect(run.exitCode, run.all).toBe(4);
      expect(run.all).toContain(code);
      expect(run.all).toContain('Nothing was changed.');
      expect(await tree()).toBe(before);
    });

    test('no encryption, a wrong password, an unknown authority, too few connections', async () => {
      const url = provider().url('good');
      const before = await tree();
      const plain = await server().init(
        ...SMALL,
        ...['--database', provider().url('good', '?sslmode=disable')],
        ...['--database-password-file', passwordFile()],
      );
      expect(plain.all).toContain('MB-DATABASE-TLS-NEEDED');
      const wrong = await server().init(
        ...SMALL,
        ...['--database', url, '--database-ca', file('ca.pem', provider().ca)],
        ...['--database-password-file', file('wrong', 'wrong\n')],
      );
      expect(wrong.all).toContain('MB-DATABASE-PASSWORD');
      const unknown = await server().init(
        ...SMALL,
        ...['--database', url, '--database-ca', trust.caFile],
        ...['--database-password-file', passwordFile()],
      );
      expect(unknown.all).toContain('MB-DATABASE-CERTIFICATE');
      const few = await server().init(
        ...SMALL,
        ...['--database', url.replace(encodeURIComponent(USER), 'limited').replace('/good', '/few')],
        ...['--database-ca', file('ca.pem', provider().ca)],
        ...['--database-password-file', file('limited', 'a plain one\n')],
      );
      expect(few.all).toContain('MB-DATABASE-CONNECTIONS');
      expect(few.all).toContain('the role limited has a limit of 5');
      expect([plain, wrong, unknown, few].map(({ exitCode }) => exitCode)).toEqual([4, 4, 4, 4]);
      expect(await tree()).toBe(before);
    });

    test('carries a server, encrypted, with any byte in the password', async () => {
      const run = await server().init(...flags(), '--database', provider().url('good'));
      expect(run.exitCode, run.all).toBe(0);
      expect(run.all).toMatch(/^Database {2,}\S+:5432, TLSv1\.3, [\d.]+ ms away$/m);
      expect(
        await server().shell(`docker ps --format '{{.Label "com.docker.compose.service"}}' | sort`),
      ).toBe('caddy\nredis\nsynapse');
      const encrypted = await provider().psql(
        `select bool_and(ssl), count(*) > 0 from pg_stat_ssl join pg_stat_activity using (pid) where usename = '${USER}'`,
      );
      expect(encrypted).toBe('t|t');
    });

    test('finds nothing to do on a rerun that knows no password', async () => {
      await findsNothingToDo(server());
    });

    test('is backed up by that role and its password file', async () => {
      await backedUp(server(), 1);
    });

    test('keeps the password in one file, and in no log, argument or environment', async () => {
      expect(await holders(server().vps, 's"w\'o$r#d')).toEqual([`${ROOT}/secrets/synapse/pgpass`]);
      for (const log of runLogs(server().domain)) expect(log).not.toContain('s"w\'o$r#d');
    });

    test('another database in its place is refused, and so is one on the machine', async () => {
      await provider().psql(
        `create database other encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0 owner "${USER}"`,
      );
      const other = await server().init(...flags(), '--database', provider().url('other'));
      expect([other.exitCode, /MB-DATABASE-(OTHER|LOST)/.test(other.all)]).toEqual([4, true]);
      await server().shell(`sed -i '/^database: /d' ${ROOT}/answers.yaml`);
      const here = await server().init();
      expect(here.all).toContain('MB-DATABASE-');
      expect(here.exitCode).toBe(4);
    });

    test('goes on with the right one', async () => {
      const run = await server().init(...flags(), '--database', provider().url('good'));
      expect(run.exitCode, run.all).toBe(0);
      await findsNothingToDo(server());
    });
  });
};
