import { describe, expect, test } from 'vitest';
import type { Bench, Wish } from './lab.ts';
import { failure, reach } from './lab.ts';
import type { LoginKind } from './sshd.ts';
import { PASSWORD } from './sshd.ts';

/** The ways to root of a login that is not root's. */
export function sudo(bench: () => Bench): void {
  describe.concurrent.each(['ssh2', 'openssh'] as const)('sudo over %s', (transport) => {
    const as = (kind: LoginKind, wish: Wish = {}) =>
      reach(bench(), { transport, user: bench().lab.login(kind), ...wish });
    const password = (...answers: string[]) => {
      let asked = 0;
      const ask = async () => answers[asked++] ?? PASSWORD;
      return { secrets: { sudoPassword: ask }, asked: () => asked };
    };

    test.each<LoginKind>(['free', 'fish', 'tcsh', 'dash'])(
      'without a password, login shell of %s',
      async (kind) => {
        const { host } = await as(kind);
        const script = `id -u; echo "$HOME"; cat; printf '%s\\n' "it's \\\\ ! \\$x" >&2; exit 3`;
        const result = await host.run(script, { input: 'in\0put\n' });
        expect(result).toEqual({ code: 3, stdout: '0\n/root\nin\0put\n', stderr: "it's \\ ! $x\n" });
        await host.close();
      },
    );

    test.each<LoginKind>(['asks', 'pty'])(
      'with a password, past greetings and lectures, every byte the script’s own (%s)',
      async (kind) => {
        const { secrets, asked } = password();
        const { host, log } = await as(kind, { secrets });
        const hang = `sleep 303.${kind.length}${transport.length}`;
        const input = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index & 0xff));
        const script = `${'# filler\n'.repeat(20_000)}id -u; cat; echo err >&2; exit 3`;
        const result = await host.run('id -u; echo err >&2; cat; exit 3', { input: 'one\ntwo\n' });
        expect(result).toEqual({ code: 3, stdout: '0\none\ntwo\n', stderr: 'err\n' });
        const sum = await host.run('sha256sum; exit 0', { input });
        expect(sum.stdout.slice(0, 64)).toBe(
          (await import('node:crypto')).createHash('sha256').update(input).digest('hex'),
        );
        expect(await host.run(script, { input: '' })).toMatchObject({ code: 3, stdout: '0\n' });
        expect((await host.run('exit 9', { input })).code).toBe(9);
        expect((await host.run('kill -9 $$')).code).toBe(137);
        const background = await host.run('sleep 30 & echo $!');
        expect((await host.run(`kill ${Number(background.stdout)} && echo was there`)).stdout).toBe(
          'was there\n',
        );
        await expect(host.run(hang, { timeout: 400 })).rejects.toThrow('0.4 s');
        expect((await host.run(`pgrep -fx "${hang}" | wc -l`)).stdout.trim()).toBe('0');
        expect(asked()).toBe(1);
        expect(log.join('\n')).not.toContain(PASSWORD);
        await host.close();
      },
    );

    test('the password is in no argv and no environment while it is used', async () => {
      const { host } = await as('asks', password());
      const script = [
        'read -r secret',
        `all=$(cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n")`,
        'case $all in *"$secret"*) echo found ;; *) echo clean ;; esac',
      ].join('\n');
      expect((await host.run(script, { input: `${PASSWORD}\n` })).stdout).toBe('clean\n');
      await host.close();
    });

    test('files and jobs, with a password', async () => {
      const { host } = await as('asks', password());
      const path = `/run/mb-sudo-${process.pid}-${transport}`;
      await host.putTree([{ path, type: 'file', content: 'x', mode: 0o600, uid: 7, gid: 8 }]);
      expect((await host.run(`stat -c '%u %g %a' ${path}; rm ${path}`)).stdout).toBe('7 8 600\n');
      const id = `sudo-${process.pid}-${transport}`;
      await host.startJob(id, 'id -u; exit 2');
      expect(await host.followJob(id)).toEqual({ code: 2, stdout: '0\n', stderr: '' });
      await host.run(`rm -r /run/matrix-bastion/jobs/${id}`);
      await host.close();
    });

    test('a wrong password is tried once and named; a person may try again', async () => {
      const started = Date.now();
      const { secrets, asked } = password('wrong');
      expect(await failure(as('asks', { secrets }))).toMatchObject({
        code: 'MB-SSH-SUDO-PASSWORD',
        safe: 'Nothing was changed.',
      });
      expect(asked()).toBe(1);
      expect(Date.now() - started).toBeLessThan(15_000);

      const fromFile = password('wrong', 'wrong', 'wrong');
      const stubborn = await failure(as('asks', { secrets: fromFile.secrets, interactive: true }));
      expect([stubborn.code, fromFile.asked()]).toEqual(['MB-SSH-SUDO-PASSWORD', 2]);

      const again = password('wrong', PASSWORD);
      const { host } = await as('asks', { secrets: again.secrets, interactive: true });
      expect((await host.run('id -u')).stdout).toBe('0\n');
      await host.close();
    });

    test('a password that changes under us: no byte of a script is taken for one', async () => {
      const { lab } = bench();
      const kind = transport === 'ssh2' ? 'changesa' : 'changesb';
      const name = lab.login(kind);
      const { host } = await as(kind, password());
      const { execa } = await import('execa');
      await execa('chpasswd', { input: `${name}:other\n` });
      try {
        const script = `# other\nother\ntouch /run/mb-must-not-${process.pid}-${transport}`;
        expect(await failure(host.run(script, { input: 'other\n' }))).toMatchObject({
          code: 'MB-SSH-SUDO-PASSWORD',
        });
      } finally {
        await execa('chpasswd', { input: `${name}:${PASSWORD}\n` });
      }
      expect(
        (await host.run(`test -e /run/mb-must-not-${process.pid}-${transport} || echo untouched`)).stdout,
      ).toBe('untouched\n');
      await host.close();
    });

    test.each<[string, LoginKind, string | undefined, string]>([
      ['nobody can be asked', 'asks', undefined, 'MB-SSH-SUDO-ASK'],
      ['not in sudoers', 'none', PASSWORD, 'MB-SSH-SUDO-DENIED'],
      ['sudoers allow something else', 'some', PASSWORD, 'MB-SSH-SUDO-DENIED'],
      ['requiretty', 'tty', PASSWORD, 'MB-SSH-SUDO-TTY'],
      ['no shell', 'nologin', PASSWORD, 'MB-SSH-SHELL'],
    ])('%s', async (_name, kind, answer, code) => {
      const secrets = answer === undefined ? {} : { sudoPassword: async () => answer };
      const result = await failure(as(kind, { secrets }));
      expect(result).toMatchObject({ code, safe: 'Nothing was changed.' });
      if (kind === 'nologin') expect(result.text).toContain('not available');
    });
  });
}
