import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stateFile } from '../../support/product.ts';
import { countAcmeQuestions } from './acme-questions.ts';
import { figure, seconds } from './figures.ts';
import { connections, journalEnd, sshdSince } from './journal.ts';
import type { TheLife } from './life.ts';
import { findsNothingToDo, ROOT, type Server } from './server.ts';

/** Every file of ours and of the system's configuration: owner, mode, size, times to the nanosecond, content. */
const LISTING = `find ${ROOT} /etc -path '${ROOT}/*/data' -prune -o -printf '%p %y %m %U %G %s %T@ %C@\\n' | sort
find ${ROOT} /etc -path '${ROOT}/*/data' -prune -o -type f -exec sha256sum -- {} + | sort`;

/** The operator's state folder, but for the logs: each run writes one. */
const stateListing = (domain: string): string[] => {
  const folder = stateFile(domain, '');
  return readdirSync(folder)
    .filter((name) => name !== 'logs')
    .map((name) => {
      const path = join(folder, name);
      const { mode, mtimeMs, ctimeMs, ino } = statSync(path);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${name} ${mode} ${ino} ${mtimeMs} ${ctimeMs} ${hash}`;
    });
};

/** Certificates as they lie on the disk, and what the server shows. */
const certificates = (server: Server): Promise<string> =>
  server.shell(
    `find ${ROOT}/caddy/data -name '*.crt' -printf '%p %T@ %i\\n' | sort; find ${ROOT}/caddy/data -name '*.crt' -exec sha256sum {} + | sort`,
  );

export const rerun = (life: TheLife): void => {
  describe('the same command again', () => {
    test('finds nothing to do: no write, no restart, one SSH handshake, no certificate ordered', async () => {
      const { server } = life();
      const before = {
        files: await server.shell(LISTING),
        state: stateListing(server.domain),
        starts: await server.startTimes(),
        certificates: await certificates(server),
      };
      expect(Object.keys(before.starts).sort()).toEqual(['caddy', 'postgres', 'redis', 'synapse']);
      expect(before.certificates).toContain('.crt');
      const acmeQuestions = countAcmeQuestions(server.vps.ip);
      const end = await journalEnd(server);

      const runs = [await findsNothingToDo(server)];
      expect(connections(await sshdSince(server, end))).toBe(1);
      expect(await server.shell(LISTING)).toBe(before.files);
      expect(stateListing(server.domain)).toEqual(before.state);

      runs.push(await findsNothingToDo(server), await findsNothingToDo(server, '--check'));
      const changed = await server.init('--rooms', '21', '--check');
      expect(changed.exitCode, changed.all).toBe(10);
      expect(changed.stdout).toContain('write /opt/matrix-bastion/answers.yaml');
      expect(await server.shell(LISTING)).toBe(before.files);
      expect(stateListing(server.domain)).toEqual(before.state);
      expect(await server.startTimes()).toEqual(before.starts);
      expect(await certificates(server)).toBe(before.certificates);
      expect(acmeQuestions()).toBe(0);

      const fastest = Math.min(...runs.map(({ milliseconds }) => milliseconds));
      figure('a rerun that finds nothing to do, fastest of three (goal: 2 s)', seconds(fastest));
      expect(fastest).toBeLessThan(20_000);
    });

    test('a Caddy that is made anew goes on with the certificates that it has', async () => {
      const { server } = life();
      const before = await certificates(server);
      const acmeQuestions = countAcmeQuestions(server.vps.ip);
      await server.shell(
        `cd ${ROOT} && docker compose up --detach --no-deps --force-recreate caddy 2>&1 && timeout 60 sh -c 'until docker compose exec -T caddy wget -q -O /dev/null http://127.0.0.1:8080/health; do sleep 0.2; done'`,
      );
      await findsNothingToDo(server);
      expect(await certificates(server)).toBe(before);
      expect(acmeQuestions()).toBe(0);
      await server.shell('getent hosts acme-v02.api.letsencrypt.org');
      expect(acmeQuestions(), 'a question would have been counted').toBeGreaterThan(0);
      const log = await server.shell(`cd ${ROOT} && docker compose logs --no-log-prefix caddy`);
      expect(log).toContain('enabling automatic TLS certificate management');
      expect(log).not.toContain('tls.obtain');
    });
  });
};
