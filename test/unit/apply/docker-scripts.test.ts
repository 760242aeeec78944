import { describe, expect, it } from 'vitest';
import { startDocker } from '../../../src/apply/docker.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';
import type { Tools } from '../../../src/apply/tools.ts';
import { HEALTH_CHECK } from '../../../src/host/health-check.ts';
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
      HEALTH_CHECK + script({ scripts }, 'await-healthy.sh', { services: 'redis', limit: 60 }),
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
