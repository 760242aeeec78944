import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { product } from '../../support/product.ts';
import { trust } from '../../world/index.ts';
import type { TheLife } from './life.ts';

/** `check` and `well-known` as the operator uses them. That life.test is our own is known by what init left. */
export const checks = (life: TheLife): void => {
  describe('the federation check', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'checks-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const run = (...words: readonly string[]) =>
      product([...words, '--ca-file', trust.caFile], { env: { LANG: 'C.UTF-8' } });

    test('is green in six lines, asked by another homeserver and by the machine itself as well', async () => {
      const { server, peer } = life();
      const plain = await run('check', server.domain);
      expect(plain.exitCode, plain.all).toBe(0);
      expect(plain.stdout.split('\n').filter(Boolean).length).toBeLessThanOrEqual(7);
      expect(plain.stdout).toContain(`${server.domain}: green`);
      const machine = ['--from-host', `root@${server.vps.ip}`, '--host-key', server.vps.fingerprint];
      const more = await run('check', server.domain, '--notary', peer.domain, ...machine);
      expect(more.exitCode, more.all).toBe(0);
      expect(more.stdout).toMatch(new RegExp(`✓ +${peer.domain} +has its keys: ed25519:`));
      expect(more.stdout).toContain('✓ from the host');
    });

    test('gives several servers a line each, and tells who asks for the wrong name', async () => {
      const { server, peer } = life();
      const file = join(folder, 'names');
      writeFileSync(file, `# the other one\n${peer.domain}\n`);
      const { exitCode, stdout } = await run('check', server.domain, server.matrixHost, '--from-file', file);
      expect(exitCode).toBe(1);
      expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3).join(' '))).toEqual([
        `green ${server.domain}`,
        `red ${server.matrixHost} MB-FED-022 The homeserver has another name`,
        `green ${peer.domain}`,
      ]);
    });

    test('judges what it saw again, with other eyes', async () => {
      const { server } = life();
      const file = join(folder, 'seen.json');
      const first = await run('check', server.domain, '--evidence', file, '--json');
      expect(first.exitCode, first.all).toBe(0);
      const again = await product(['check', '--from', file, '--json']);
      expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
      const strict = await product(['check', '--from', file, '--profile', 'strict']);
      expect(strict.exitCode, strict.all).toBe(0);
      expect(readFileSync(file, 'utf8')).toContain('"serverName"');
    });

    test('knows the key that the server was seen with', async () => {
      const { server } = life();
      const { stdout } = await run('check', server.domain, '--json', '--verbose');
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'green', findings: [] });
      const published = await run('well-known', server.domain, '--check');
      expect(published.exitCode, published.all).toBe(0);
    });
  });
};
