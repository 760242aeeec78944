import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { adminPassword, stateFile } from '../../support/product.ts';
import { CANARIES } from './installation.ts';
import type { TheLife } from './life.ts';
import { ROOT, type Server } from './server.ts';

/** Path → mode, owner and group of everything secret. The users are those of the images. */
const PRIVATE: Readonly<Record<string, string>> = {
  [`${ROOT}/secrets`]: '700 0:0',
  [`${ROOT}/secrets/synapse`]: '700 991:991',
  [`${ROOT}/secrets/synapse/macaroon_secret_key`]: '600 991:991',
  [`${ROOT}/secrets/synapse/form_secret`]: '600 991:991',
  [`${ROOT}/secrets/synapse/registration_shared_secret`]: '600 991:991',
  [`${ROOT}/secrets/synapse/worker_replication_secret`]: '600 991:991',
  [`${ROOT}/secrets/synapse/redis_password`]: '600 991:991',
  [`${ROOT}/secrets/synapse/pgpass`]: '600 991:991',
  [`${ROOT}/secrets/postgres`]: '700 999:999',
  [`${ROOT}/secrets/postgres/password`]: '600 999:999',
  [`${ROOT}/secrets/postgres/pgpass`]: '600 999:999',
  [`${ROOT}/secrets/redis`]: '700 999:1000',
  [`${ROOT}/secrets/redis/auth.conf`]: '600 999:1000',
  [`${ROOT}/synapse/keys`]: '700 991:991',
  [`${ROOT}/synapse/keys/signing.key`]: '600 991:991',
};

/** The secrets themselves: the last word of the last field of each file. */
const secretsOf = async (server: Server): Promise<string[]> => {
  const files = await server.shell(
    `find ${ROOT}/secrets ${ROOT}/synapse/keys -type f -exec tail -n 1 -q {} +`,
  );
  const words = files
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(/[\s:]/).at(-1) ?? '');
  return [...new Set([...words, adminPassword(server.domain)])];
};

/** A secret as it may stand in a text: as it is, and in base64. */
const forms = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

export const secrets = (life: TheLife): void => {
  describe('secrets', () => {
    let all: string[] = [];

    test('are in files that only their reader can open', async () => {
      const { server } = life();
      all = await secretsOf(server);
      // Five hex secrets of Synapse's folder, the database's, the signing key, the administrator's password.
      expect(all).toHaveLength(8);
      for (const secret of all) expect(secret.length).toBeGreaterThanOrEqual(20);
      const found = await server.shell(
        `find ${ROOT}/secrets ${ROOT}/synapse/keys -printf '%p %m %U:%G\\n' | sort`,
      );
      const wanted = Object.entries(PRIVATE).map(([path, access]) => `${path} ${access}`);
      expect(found.trim().split('\n')).toEqual(wanted.sort());
      expect(statSync(stateFile(server.domain, 'password-admin')).mode & 0o777).toBe(0o600);
      expect(statSync(stateFile(server.domain, '')).mode & 0o777).toBe(0o700);
      for (const log of filesBelow(stateFile(server.domain, 'logs'))) {
        expect(statSync(log).mode & 0o777).toBe(0o600);
      }
    });

    test('were in no argument list and no environment while the server was installed', () => {
      const { watched } = life();
      const text = watched.texts.join('\n');
      for (const canary of CANARIES) expect(text, 'the watch sees short-lived processes').toContain(canary);
      for (const secret of all.flatMap(forms)) {
        const place = watched.texts.find((one) => one.includes(secret));
        expect(place?.replaceAll('\0', ' ').replaceAll(secret, '<secret>')).toBeUndefined();
      }
    });

    test('are nowhere on the operator’s machine but in the password file', () => {
      const { server, output } = life();
      const own = filesBelow(stateFile(server.domain, '')).filter(
        (path) => !path.endsWith('/password-admin'),
      );
      const texts = [output, ...own.map((path) => readFileSync(path, 'utf8'))];
      expect(own.some((path) => path.endsWith('.log'))).toBe(true);
      for (const secret of all.flatMap(forms))
        expect(texts.some((text) => text.includes(secret))).toBe(false);
    });

    // A changed number of rooms has something in every step to plan, show and print.
    test.each([
      ['--print-commands', '--rooms', '31'],
      ['--json', '--check', '--rooms', '31'],
      ['--dry-run', '--diff', '--rooms', '31'],
      ['--explain-answers'],
    ])('are in nothing that init %s prints', async (...flags) => {
      const { server } = life();
      const run = await server.init(...flags);
      expect(run.all.length).toBeGreaterThan(500);
      for (const secret of all.flatMap(forms))
        expect(run.all.includes(secret), 'a secret is printed').toBe(false);
    });

    test('are on the server only where they belong', async () => {
      const { server } = life();
      const patterns = all.flatMap(forms).join('\n');
      // The patterns come on standard input: an argument list would be the very thing that is looked for.
      const places: Readonly<Record<string, string>> = {
        inspect: 'docker inspect $(docker ps -a -q) $(docker images -q)',
        compose: `cd ${ROOT} && docker compose config`,
        logs: `cd ${ROOT} && docker compose logs`,
        journal: 'journalctl --no-pager',
        environments: 'cat /proc/[0-9]*/environ',
        arguments: 'cat /proc/[0-9]*/cmdline',
      };
      for (const [place, command] of Object.entries(places)) {
        const count = await server.vps.exec(
          `patterns=$(mktemp); cat >"$patterns"; { ${command}; } 2>/dev/null | grep -a -c -F -f "$patterns"; rm "$patterns"`,
          { input: patterns, reject: false },
        );
        expect(`${place} ${count.stdout.trim()}`).toBe(`${place} 0`);
      }
      const files = await server.vps.exec(
        `grep -r -l -a -s -F -f - ${ROOT} /etc /root /home /tmp /var/tmp /var/log /run/matrix-bastion --exclude-dir=data`,
        { input: patterns, reject: false },
      );
      const holders = files.stdout.trim().split('\n').sort();
      expect(holders).toEqual(
        Object.entries(PRIVATE)
          .flatMap(([path, access]) => (access.startsWith('600') ? [path] : []))
          .sort(),
      );
    });

    test('the database is UTF-8 with the locale C', async () => {
      const { server } = life();
      const sql =
        "select pg_encoding_to_char(encoding), datcollate, datctype from pg_database where datname = 'synapse'";
      expect(await server.query(sql)).toEqual(['UTF8|C|C']);
    });
  });
};
