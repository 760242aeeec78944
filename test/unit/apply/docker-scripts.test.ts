import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startDocker } from '../../../src/apply/docker.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { HEALTH_CHECK } from '../../../src/host/health-check.ts';
import { downtimes } from '../../../src/plan/downtime.ts';
import { HANGS, QUICK_CLOCK, runWith, SHORT_TIMEOUT } from '../../support/fake-commands.ts';

const scripts = loadScripts();
const DIGEST = `sha256:${'a'.repeat(64)}`;

const pull = (docker: string) =>
  runWith(
    { docker, ...SHORT_TIMEOUT, sleep: 'exit 0' },
    script({ scripts }, 'pull-images.sh', { wanted: 'redis docker.io/library/redis:8-alpine' }),
  );

describe('pull-images.sh', () => {
  it('locks the digest of the very name', async () => {
    const { code, stdout } = await pull(`[ "$1" = pull ] || printf '%s\\n' other@sha256:bbb redis@${DIGEST}`);
    expect(code).toBe(0);
    expect(stdout).toContain(`LOCK redis docker.io/library/redis:8-alpine@${DIGEST}`);
  });
  it.each([
    ['nothing', ''],
    ['an empty digest', 'redis@sha256:'],
    ['other names only', `other@${DIGEST}`],
  ])('locks nothing when the engine tells %s', async (_name, said) => {
    const { code, stdout } = await pull(`[ "$1" = pull ] || echo '${said}'`);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'MB-PULL-FAILED docker.io/library/redis:8-alpine: the registry gave no digest for docker.io/library/redis:8-alpine',
    );
    expect(stdout).not.toMatch(/^LOCK/m);
  });
  it('ends a pull that hangs, once', async () => {
    const { code, stdout, calls } = await pull(HANGS);
    expect(code).toBe(1);
    expect(stdout).toContain('MB-PULL-FAILED docker.io/library/redis:8-alpine: not done within 30 minutes');
    expect(calls.filter((call) => call.startsWith('docker pull'))).toHaveLength(1);
  });
  it('tells how far all of them are, in layers', async () => {
    const layers = ['a: Already exists', 'b: Pulling fs layer', 'c: Pulling fs layer', 'b: Pull complete'];
    const { code, stdout } = await runWith(
      {
        docker: `if [ "$1" = pull ]; then
  printf '%s\\n' ${layers.map((line) => `'${line}'`).join(' ')}
  /bin/sleep 0.4
  echo 'c: Pull complete'
  /bin/sleep 0.4
else
  printf '%s\\n' redis@${DIGEST}
fi`,
        sleep: 'exec /bin/sleep 0.1',
      },
      script({ scripts }, 'pull-images.sh', { wanted: 'redis docker.io/library/redis:8-alpine' }),
    );
    expect(code).toBe(0);
    const shares = stdout.split('\n').filter((line) => line.includes('%'));
    expect(shares).toEqual(['66 % of the images (2 of 3 layers)', '100 % of the images (3 of 3 layers)']);
  });
  it('tries again after a fault of the network, and not for an image that does not exist', async () => {
    const failing = (text: string) => pull(`echo '${text}' >&2; exit 1`);
    const tries = async (text: string) =>
      (await failing(text)).calls.filter((call) => call.startsWith('docker'));
    expect(await tries('i/o timeout')).toHaveLength(4);
    expect(await tries('manifest unknown')).toHaveLength(1);
  });
});

describe('a daemon that hangs', () => {
  const hung = { docker: HANGS, ...SHORT_TIMEOUT, ...QUICK_CLOCK };

  it('ends the start of Docker as MB-DOCKER-START', async () => {
    const commands = { ...hung, systemctl: 'exit 0', service: 'exit 0', journalctl: 'echo stuck' };
    const tools = {
      host: { run: async (text: string) => runWith(commands, text) },
      progress: () => {},
      signal: new AbortController().signal,
    } as unknown as Tools;
    await expect(startDocker(tools)).rejects.toMatchObject({
      text: { code: 'MB-DOCKER-START', why: 'stuck' },
    });
  });
  it('ends the wait for a service', async () => {
    // The container is named, then nothing more is said.
    const docker = `[ "$1" = ps ] && { echo abc; exit 0; }\n${HANGS}`;
    const { code, stdout } = await runWith(
      { ...hung, docker },
      HEALTH_CHECK +
        script({ scripts }, 'await-healthy.sh', {
          services: 'redis',
          limit: 60,
          down: '/nonexistent',
          state: '/nonexistent',
        }),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^MB-NOT-HEALTHY redis/m);
  });
  it("ends the change of the database's password", async () => {
    const { code } = await runWith(
      hung,
      script({ scripts }, 'set-database-password.sh', { password_file: '/dev/null', limit: 60 }),
    );
    expect(code).toBe(124);
  });
});

describe('how long a service was down', () => {
  const folder = mkdtempSync(join(tmpdir(), 'down-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [down, state] = [join(folder, 'down'), join(folder, 'state')];
  mkdirSync(state);
  /** A container of redis runs, one of caddy does not. */
  const docker = `case "$*" in *service=redis*) echo abc ;; inspect*) echo 0 ;; esac`;
  const healthy = 'healthy() { true; }\n';

  it('is noted from before the stop until it answers, and kept per service', async () => {
    const noted = await runWith(
      { docker },
      script({ scripts }, 'note-down.sh', { services: 'redis caddy', down }),
    );
    expect(noted.code).toBe(0);
    expect(readdirSync(down)).toEqual(['redis']);
    // As if that had been 90 s ago.
    const since = Number(readFileSync(join(down, 'redis'), 'utf8'));
    writeFileSync(join(down, 'redis'), `${since - 90}\n`);
    writeFileSync(
      join(state, 'downtime'),
      'redis 1.0 2020-01-01T00:00:00Z\ncaddy 2.0 2020-01-01T00:00:00Z\n',
    );
    const waited = await runWith(
      { docker },
      healthy + script({ scripts }, 'await-healthy.sh', { services: 'redis', limit: 60, down, state }),
    );
    expect(waited.code, waited.stdout).toBe(0);
    const kept = downtimes(readFileSync(join(state, 'downtime'), 'utf8'));
    expect(Object.keys(kept).sort()).toEqual(['caddy', 'redis']);
    expect(Number(kept.redis?.seconds)).toBeGreaterThanOrEqual(90);
    expect(Number(kept.redis?.seconds)).toBeLessThan(110);
    expect(Date.now() - Date.parse(kept.redis?.at ?? '')).toBeLessThan(60_000);
    expect(readdirSync(down)).toEqual([]);
  });
  it('is not written when nothing was stopped', async () => {
    const before = statSync(join(state, 'downtime')).mtimeMs;
    await runWith(
      { docker },
      healthy + script({ scripts }, 'await-healthy.sh', { services: 'redis', limit: 60, down, state }),
    );
    expect(statSync(join(state, 'downtime')).mtimeMs).toBe(before);
  });
});
