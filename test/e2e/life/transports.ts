import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { product } from '../../support/product.ts';
import { operator } from '../../world/index.ts';
import { until } from '../variants/inside.ts';
import { copyProduct } from './copy.ts';
import { connections, journalEnd, sshdSince } from './journal.ts';
import type { Life, TheLife } from './life.ts';
import { runLogs } from './log.ts';
import { NOTHING_TO_DO } from './server.ts';

const CONFIG = join(operator.home, '.ssh', 'config');
const BEGIN = '# begin life.test\n';
const END = '# end life.test\n';

/** The operator's SSH configuration without what this test puts there; other tests may have their own in it. */
const othersConfig = (): string => {
  const text = existsSync(CONFIG) ? readFileSync(CONFIG, 'utf8') : '';
  const [before = '', rest] = text.split(BEGIN);
  return rest === undefined ? text : before + (rest.split(END)[1] ?? '');
};

const config = ({ server, peer }: Life): string => `${BEGIN}Host life-alias
  HostName ${server.vps.ip}
  User root
  Port 2222
  IdentityFile ${operator.keyFile}
Host life-jump
  HostName ${server.vps.ip}
  User root
  ProxyJump root@${peer.vps.ip}
${END}`;

export const transports = (life: TheLife): void => {
  describe('every way to the machine finds nothing to do', () => {
    let folder = '';
    let key = '';
    let passphrase = '';

    beforeAll(async () => {
      const { server } = life();
      folder = mkdtempSync(join(operator.home, 'life-keys-'));
      key = join(folder, 'encrypted');
      passphrase = join(folder, 'passphrase');
      await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-C', 'encrypted', '-f', key]);
      writeFileSync(passphrase, 'open sesame\n', { mode: 0o600 });
      await server.shell('cat >>/root/.ssh/authorized_keys', readFileSync(`${key}.pub`, 'utf8'));
      await server.shell(
        `printf 'Port 22\\nPort 2222\\nLogLevel VERBOSE\\n' >/etc/ssh/sshd_config.d/10-life.conf && systemctl reload ssh`,
      );
      // It begins anew, one socket after the other: two ports, each on IPv4 and IPv6.
      await until(server.vps, `[ "$(ss -Hltn '( sport = :22 or sport = :2222 )' | wc -l)" -eq 4 ]`);
      writeFileSync(CONFIG, config(life()) + othersConfig(), { mode: 0o600 });
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
      const others = othersConfig();
      if (others === '') rmSync(CONFIG, { force: true });
      else writeFileSync(CONFIG, others, { mode: 0o600 });
    });

    /** Runs `init` for a target; returns which way it took, and what the machine's sshd said. */
    const by = async (target: string, ...flags: string[]): Promise<{ way: string; sshd: string }> => {
      const { server } = life();
      const end = await journalEnd(server);
      const pin = ['--host-key', server.vps.fingerprint, '--non-interactive'];
      const run = await product(['init', target, '--domain', server.domain, ...pin, ...flags]);
      expect(run.all).toMatch(NOTHING_TO_DO);
      expect(run.exitCode).toBe(0);
      const chosen = /^\S+Z (.*: (?:ssh2|openssh)\b.*)$/m.exec(runLogs(server.domain).at(-1) ?? '');
      return { way: chosen?.[1] ?? '', sshd: await sshdSince(server, end) };
    };

    test('OpenSSH, when it is asked for', async () => {
      const { server } = life();
      const { way, sshd } = await by(`root@${server.vps.ip}`, '--ssh', 'openssh');
      expect(way).toBe(`root@${server.vps.ip}: openssh`);
      expect(connections(sshd)).toBe(1);
    });

    test('an alias of the SSH configuration, with its port', async () => {
      const { way, sshd } = await by('life-alias');
      expect(way).toBe('root@life-alias: ssh2');
      expect(sshd).toMatch(/Connection from \S+ port \d+ on \S+ port 2222\b/);
      expect(sshd).not.toMatch(/Connection from \S+ port \d+ on \S+ port 22\b/);
    });

    test('a jump host, through OpenSSH on its own accord', async () => {
      const { peer } = life();
      const { way, sshd } = await by('life-jump');
      expect(way).toContain('openssh, because the way goes through');
      expect(sshd).toMatch(new RegExp(`Accepted publickey for root from ${peer.vps.ip} `));
      expect(sshd).not.toMatch(new RegExp(`(?:Connection|Accepted .*) from ${operator.ip} `));
    });

    test('an IPv6 address', async () => {
      const { server } = life();
      const { way, sshd } = await by(`root@[${server.vps.ip6}]`);
      expect(way).toMatch(/: ssh2$/);
      expect(sshd).toContain(`Accepted publickey for root from ${operator.ip6} `);
    });

    test('an encrypted key', async () => {
      const { server } = life();
      const target = `root@${server.vps.ip}`;
      const { way, sshd } = await by(target, '--identity', key, '--key-passphrase-file', passphrase);
      expect(way).toMatch(/: ssh2$/);
      const { stdout } = await execa('ssh-keygen', ['-l', '-f', `${key}.pub`]);
      expect(sshd).toContain(`Accepted publickey for root from ${operator.ip} `);
      expect(sshd).toContain(stdout.split(' ')[1]);

      writeFileSync(passphrase, 'wrong\n');
      const wrong = await server.init('--identity', key, '--key-passphrase-file', passphrase);
      expect(wrong.exitCode).toBe(1);
      expect(wrong.stderr).toMatch(/passphrase/i);
    });

    test('the machine itself', async () => {
      const { server } = life();
      const command = await copyProduct(server.vps, '/opt/copied');
      const run = await server.vps.exec(
        `cd /root && ${command} init localhost --domain ${server.domain} --non-interactive`,
        { reject: false },
      );
      expect(run.stdout + run.stderr).toMatch(NOTHING_TO_DO);
      expect(run.exitCode).toBe(0);
      await server.shell('rm -rf /opt/copied /root/.local');
    });
  });
};
