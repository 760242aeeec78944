import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { product } from '../../support/product.ts';
import { operator } from '../../world/index.ts';
import type { TheLife } from './life.ts';
import { runLogs } from './log.ts';
import { NOTHING_TO_DO } from './server.ts';

const CONFIG = join(operator.home, '.ssh', 'config');
const BEGIN = '# begin life.test\n';
const END = '# end life.test\n';

const configText = (): string => (existsSync(CONFIG) ? readFileSync(CONFIG, 'utf8') : '');
const withoutOurs = (text: string): string => {
  const [before = '', rest] = text.split(BEGIN);
  return rest === undefined ? text : before + (rest.split(END)[1] ?? '');
};

const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a person's `npm install` brings to a machine, as paths in the checkout: the package and what it needs. */
const packageFiles = async (): Promise<string[]> => {
  const { stdout } = await execa('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: CHECKOUT });
  const modules = stdout
    .split('\n')
    .filter((path) => path.includes('/node_modules/'))
    .map((path) => path.slice(CHECKOUT.length));
  return ['package.json', 'bin', 'dist', 'templates', ...modules];
};

export const transports = (life: TheLife): void => {
  describe('every way to the machine finds nothing to do', () => {
    const folder = mkdtempSync(join(operator.home, 'life-keys-'));
    const key = join(folder, 'encrypted');
    const passphrase = join(folder, 'passphrase');

    beforeAll(async () => {
      const { server, peer } = life();
      await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-C', 'encrypted', '-f', key]);
      writeFileSync(passphrase, 'open sesame\n', { mode: 0o600 });
      await server.shell('cat >>/root/.ssh/authorized_keys', readFileSync(`${key}.pub`, 'utf8'));
      // The machine itself is reached by a path of its own, so that only the jump leads there.
      const block = `Host life-alias
  HostName ${server.vps.ip}
  User root
  Port 2222
  IdentityFile ${operator.keyFile}
  IdentitiesOnly yes
Host life-jump
  HostName ${server.vps.ip}
  User root
  ProxyJump root@${peer.vps.ip}
`;
      writeFileSync(CONFIG, BEGIN + block + END + withoutOurs(configText()), { mode: 0o600 });
      // A second port, so that the alias's Port matters.
      await server.shell(
        'printf "Port 22\\nPort 2222\\n" >/etc/ssh/sshd_config.d/10-life.conf && systemctl reload ssh',
      );
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
      writeFileSync(CONFIG, withoutOurs(configText()), { mode: 0o600 });
    });

    const from = async (target: string, ...flags: string[]): Promise<string> => {
      const { server } = life();
      const pin = ['--host-key', server.vps.fingerprint];
      const run = await product(['init', target, '--domain', server.domain, ...pin, '--non-interactive', ...flags]);
      expect(run.all).toMatch(NOTHING_TO_DO);
      expect(run.exitCode).toBe(0);
      const way = /^\S+Z (\S+: (?:ssh2|openssh|local)\b.*)$/m.exec(runLogs(server.domain).at(-1) ?? '');
      return way?.[1] ?? '';
    };

    test('OpenSSH when it is asked for', async () => {
      const { server } = life();
      expect(await from(`root@${server.vps.ip}`, '--ssh', 'openssh')).toMatch(/: openssh$/);
    });

    test('an alias of the SSH configuration', async () => {
      const { server } = life();
      const connected = 'ss -H -tn state established "( sport = :2222 )" | wc -l; grep -c . /proc/net/tcp';
      await server.shell(connected);
      expect(await from('life-alias')).toBe('root@life-alias: ssh2');
      const log = await server.shell('journalctl -u ssh --no-pager -n 30');
      expect(log).toContain('Accepted publickey for root from');
    });

    test('a jump host, with OpenSSH on its own accord', async () => {
      const { peer } = life();
      await operator.run(['ssh', '-o', 'StrictHostKeyChecking=accept-new', `root@${peer.vps.ip}`, 'true']);
      expect(await from('life-jump')).toContain('openssh, because the way goes through');
      expect(await peer.shell('journalctl -u ssh --no-pager -n 5')).toContain('Accepted publickey');
    });

    test('an IPv6 address', async () => {
      const { server } = life();
      expect(await from(`root@[${server.vps.ip6}]`)).toMatch(/: ssh2$/);
    });

    test('an encrypted key', async () => {
      const { server } = life();
      const target = `root@${server.vps.ip}`;
      expect(await from(target, '--identity', key, '--key-passphrase-file', passphrase)).toMatch(/: ssh2$/);
      const without = await product(['init', target, '--domain', server.domain, '--identity', key, '--non-interactive']);
      expect(without.exitCode).toBe(1);
      expect(without.stderr).toMatch(/passphrase/);
    });

    test('the machine itself', async () => {
      const { server } = life();
      const files = await packageFiles();
      const engine = fileURLToPath(new URL('../../world/engine.ts', import.meta.url));
      expect(engine).toContain('engine');
      await copyTo(server.vps.name, files);
      const node = '/opt/copied/node/bin/node';
      const run = await server.vps.exec(
        `cd /root && ${node} /opt/copied/bin/matrix-bastion.js init localhost --domain ${server.domain} --non-interactive`,
        { reject: false },
      );
      expect(run.stdout + run.stderr).toMatch(NOTHING_TO_DO);
      expect(run.exitCode).toBe(0);
      await server.shell('rm -rf /opt/copied /root/.local/state/matrix-bastion');
    });
  });
};

const copyTo = async (_name: string, _files: readonly string[]): Promise<void> => {
  void dirname;
};
