import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operator } from '../../world/index.ts';
import { logIn } from './ask.ts';
import type { TheLife } from './life.ts';

/** What a shell, YAML, JSON, a terminal or a careless program could take for something else. */
const HARD: Readonly<Record<string, string>> = {
  shell:
    'two words  "double" \'single\' $(id) `id` $HOME $1 !! \\n \\\\ ; & | < > * ? ~ # : % %s {a,b} [x] =',
  composed: 'Zürich café 🐢👩‍👩‍👧',
  decomposed: 'Zürich café 🐢👩‍👩‍👧'.normalize('NFD'),
  longest: '🐢'.repeat(512),
  yes: 'yes',
  exponent: '1e5',
  digits: '00123456789',
  dash: '-p',
  comment: '# %41%00%n: {yaml}, and it ends with \\',
};

const REFUSED: Readonly<Record<string, string>> = {
  'too long': 'a'.repeat(513),
  'a space before': ' hunter2',
  'a space after': 'hunter2 ',
  'a no-break space after': 'hunter2\u00a0',
  'a line break inside': 'hun\nter2',
  'a tab inside': 'hun\tter2',
  'a bell': 'hun\u0007ter2',
  'a NUL': 'hun\u0000ter2',
};

export const passwords = (life: TheLife): void => {
  describe('an administrator’s password', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(operator.home, 'life-passwords-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const file = (name: string, password: string | Uint8Array): string => {
      const path = join(folder, name.replaceAll(' ', '-'));
      writeFileSync(path, password, { mode: 0o600 });
      return path;
    };

    test.each(Object.entries(HARD))('may be hard: %s', async (name, password) => {
      const { server } = life();
      const run = await server.init('--admin', name, '--admin-password-file', file(name, password));
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout).toContain(`create the administrator @${name}:${server.domain}`);
      expect(run.stdout).toContain(`log in as @${name}:${server.domain} once`);
      expect((await logIn(server.matrixHost, name, password)).status).toBe(200);
      // At its beginning: of what is behind its 72nd byte, bcrypt takes no notice.
      const other = `~${[...password].slice(1).join('')}`;
      expect((await logIn(server.matrixHost, name, other)).status).toBe(403);
    });

    test('is refused before the machine is touched when Synapse would not take it as it is', async () => {
      const { server } = life();
      for (const [what, password] of Object.entries(REFUSED)) {
        const run = await server.init('--admin', 'nobody', '--admin-password-file', file(what, password));
        expect(run.exitCode, `${what}: ${run.all}`).toBe(2);
        expect(run.stderr, what).toContain('--admin-password-file');
        expect(run.stderr, what).not.toContain(password);
      }
      const broken = file('not utf-8', Buffer.from([0x70, 0xff, 0xfe]));
      expect((await server.init('--admin', 'nobody', '--admin-password-file', broken)).exitCode).toBe(2);
      expect(await server.query("select name from users where name like '@nobody:%'")).toEqual([]);
    });

    test('of an administrator who exists is left alone', async () => {
      const { server } = life();
      const hash = () => server.query("select password_hash from users where name like '@yes:%'");
      const before = await hash();
      const run = await server.init('--admin', 'yes', '--admin-password-file', file('other', 'another one'));
      expect(run.exitCode, run.all).toBe(0);
      expect(run.stdout).not.toContain('create the administrator');
      expect(await hash()).toEqual(before);
      expect((await logIn(server.matrixHost, 'yes', 'yes')).status).toBe(200);
      expect((await logIn(server.matrixHost, 'yes', 'another one')).status).toBe(403);
    });
  });
};
