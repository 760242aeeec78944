import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Bench } from './lab.ts';
import { failure, knownLine, reach } from './lab.ts';
import { freePort, PASSWORD, type Sshd } from './sshd.ts';

/** Every way to prove who we are, and every way in which it fails. */
export function logins(bench: () => Bench): void {
  const works = async (wish: Parameters<typeof reach>[1]) => {
    const { host, log } = await reach(bench(), wish);
    try {
      expect((await host.run('id -u')).stdout).toBe('0\n');
      return { log };
    } finally {
      await host.close();
    }
  };

  describe('logins with keys', () => {
    test.each(['ed25519', 'rsa', 'ecdsa'])('ssh2 with a %s key', async (type) => {
      const { lab, key } = bench();
      await lab.authorize(key, lab.path(`user-${type}`));
      await works({ transport: 'ssh2', identity: [lab.path(`user-${type}`)] });
      await lab.authorize(key);
    });

    test.each(['rsa', 'ecdsa', 'ed25519'])('an agent with a %s key', async (type) => {
      const { lab, key } = bench();
      await lab.authorize(key, lab.path(`user-${type}`));
      const agent = await lab.agent(lab.path(`user-${type}`));
      const env = { PATH: process.env.PATH, HOME: lab.folder, SSH_AUTH_SOCK: agent };
      for (const transport of ['ssh2', 'openssh'] as const) {
        await works({ transport, env, identity: undefined as never, config: ['IdentityFile none'] });
      }
      await lab.authorize(key);
    });

    test.each(['ed25519', 'rsa'])(
      'a %s key with a passphrase: asked for once, and only if it is of use',
      async (type) => {
        const { lab, key } = bench();
        const good = await lab.key(`locked-${type}`, { type, passphrase: 'pass phrase' });
        const useless = await lab.key(`locked-useless-${type}`, { type, passphrase: 'other' });
        await lab.authorize(key, good);
        const asked: string[] = [];
        const keyPassphrase = async (path: string) => {
          asked.push(path);
          return 'pass phrase';
        };
        await works({ transport: 'ssh2', identity: [useless, good], secrets: { keyPassphrase } });
        expect(asked).toEqual([good]);

        const nobody = await failure(reach(bench(), { transport: 'ssh2', identity: [good] }));
        expect(nobody.code).toBe('MB-SSH-AUTH');
        expect(nobody.text).toMatch(/passphrase, and nobody can be asked/);
        const wrong = await failure(
          reach(bench(), {
            transport: 'ssh2',
            identity: [good],
            secrets: { keyPassphrase: async () => 'no' },
          }),
        );
        expect(wrong.text).toContain('wrong passphrase');
        await lab.authorize(key);
      },
    );

    test('MaxAuthTries 2: the named key first; and of many, the rest on another connection', async () => {
      const { lab, key } = bench();
      const strict = await lab.sshd({ config: ['MaxAuthTries 2'] });
      const others = [];
      for (const name of ['a', 'b', 'c']) others.push(await lab.key(`other-${name}`));
      const agent = await lab.agent(...others, key);
      const env = { PATH: process.env.PATH, HOME: lab.folder, SSH_AUTH_SOCK: agent };
      const named = await works({ transport: 'ssh2', server: strict, env, identity: [key] });
      expect(named.log.join('\n')).not.toContain('hung up');
      await works({
        transport: 'ssh2',
        server: strict,
        env,
        identity: undefined as never,
        config: [`IdentityFile ${key}`, 'IdentitiesOnly yes'],
      });
      const many = await works({
        transport: 'ssh2',
        server: strict,
        env,
        identity: undefined as never,
        config: ['IdentityFile none'],
      });
      expect(many.log.join('\n')).toContain('hung up');
    });

    test('none is let in: what the server offers and what was tried', async () => {
      const { lab } = bench();
      const stranger = await lab.key('stranger');
      for (const transport of ['ssh2', 'openssh'] as const) {
        const { code, text, safe } = await failure(reach(bench(), { transport, identity: [stranger] }));
        expect([code, safe]).toEqual(['MB-SSH-AUTH', 'Nothing was changed.']);
        expect(text).toContain('publickey');
        expect(text).toContain(stranger);
      }
    });

    test('an identity that is not there is a usage error', async () => {
      expect(await failure(reach(bench(), { identity: ['/no/such/key'] }))).toMatchObject({
        code: 'MB-USAGE',
      });
    });
  });

  describe.concurrent('logins with passwords', () => {
    const ask = (...answers: string[]) => {
      const prompts: string[] = [];
      const sshPassword = async (prompt: string) => {
        prompts.push(prompt);
        return answers[prompts.length - 1] ?? PASSWORD;
      };
      return { prompts, secrets: { sshPassword } };
    };
    const stranger = () => bench().lab.path('user-rsa');

    test.each([
      ['password', ['PasswordAuthentication yes']],
      ['keyboard-interactive', ['KbdInteractiveAuthentication yes']],
    ])('%s', async (_method, config) => {
      const server = await bench().lab.sshd({ config });
      const wish = {
        transport: 'ssh2' as const,
        server,
        user: bench().lab.login('free'),
        identity: [stranger()],
      };
      const { prompts, secrets } = ask();
      await works({ ...wish, secrets });
      expect(prompts).toHaveLength(1);
      expect(prompts[0]).toContain('assword');

      const wrong = ask('wrong');
      const refused = await failure(reach(bench(), { ...wish, secrets: wrong.secrets }));
      expect(refused.code).toBe('MB-SSH-AUTH');
      expect(wrong.prompts).toHaveLength(1);
      await works({ ...wish, secrets: ask('wrong').secrets, interactive: true });

      // At a terminal, too, a file is asked only once more, and its answer is not sent again.
      const fromFile = ask('wrong', 'wrong', 'wrong');
      const stubborn = await failure(
        reach(bench(), { ...wish, secrets: fromFile.secrets, interactive: true }),
      );
      expect([stubborn.code, fromFile.prompts.length]).toEqual(['MB-SSH-AUTH', 2]);
      const givenUp = async () => {
        throw new Error('given up at the prompt');
      };
      await expect(reach(bench(), { ...wish, secrets: { sshPassword: givenUp } })).rejects.toThrow(
        'given up',
      );

      const nobody = await failure(reach(bench(), wish));
      expect(nobody.text).toContain('nobody can be asked');
    });

    test('a connection that is made again does not ask again', async () => {
      const { lab } = bench();
      const server = await lab.sshd({ config: ['PasswordAuthentication yes'] });
      const { prompts, secrets } = ask();
      const { host } = await reach(bench(), {
        transport: 'ssh2',
        server,
        user: lab.login('free'),
        identity: [stranger()],
        secrets,
      });
      const id = `again-${process.pid}`;
      await host.startJob(id, 'echo one; sleep 1.5; echo two');
      let seen = '';
      const following = host.followJob(id, { onOutput: (_stream, text) => (seen += text) });
      while (!seen.includes('one')) await new Promise((resolve) => setTimeout(resolve, 20));
      await server.cut();
      expect((await following).stdout).toBe('one\ntwo\n');
      expect(prompts).toHaveLength(1);
      await host.run(`rm -r /run/matrix-bastion/jobs/${id}`);
      await host.close();
    });

    test('a key and then a password, when the server wants both', async () => {
      const { lab, key } = bench();
      const server = await lab.sshd({
        config: ['AuthenticationMethods publickey,password', 'PasswordAuthentication yes'],
      });
      await works({
        transport: 'ssh2',
        server,
        user: lab.login('free'),
        identity: [key],
        secrets: ask().secrets,
      });
    });
  });

  describe.concurrent('the way there', () => {
    test('IPv6', async () => {
      const server = await bench().lab.sshd({ listen: '::1' });
      for (const transport of ['ssh2', 'openssh'] as const) {
        await works({ transport, server, host: '::1' });
      }
    });

    test('a jump host, chosen by itself', async () => {
      const { lab, key, sshd } = bench();
      const target = await lab.sshd();
      const jumpKnown = lab.path('jump-known');
      const { writeFile } = await import('node:fs/promises');
      await writeFile(jumpKnown, await knownLine(sshd));
      const { host, log } = await reach(bench(), {
        server: target,
        host: '127.0.0.1',
        config: [
          `Match host 127.0.0.1 !exec "test %p = ${sshd.port}"`,
          `  ProxyJump root@jump`,
          'Host jump',
          '  HostName 127.0.0.1',
          `  Port ${sshd.port}`,
          `  UserKnownHostsFile ${jumpKnown}`,
          `  IdentityFile ${key}`,
        ],
      });
      expect(log.join('\n')).toMatch(/openssh, because .*ProxyJump/);
      expect((await host.run('id -u')).stdout).toBe('0\n');
      await host.close();
    });

    test('a jump host that is not known here is named', async () => {
      const { key, sshd } = bench();
      const target = await bench().lab.sshd();
      const failure = await reach(bench(), {
        server: target,
        host: '127.0.0.1',
        config: [
          `Match host 127.0.0.1 !exec "test %p = ${sshd.port}"`,
          '  ProxyJump root@jump',
          'Host jump',
          '  HostName 127.0.0.1',
          `  Port ${sshd.port}`,
          '  UserKnownHostsFile /dev/null',
          `  IdentityFile ${key}`,
        ],
      }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        text: {
          code: 'MB-SSH-JUMP',
          fix: expect.arrayContaining([expect.stringContaining('ssh root@jump')]),
        },
      });
    });

    test('a server that allows one session at a time', async () => {
      const server = await bench().lab.sshd({ config: ['MaxSessions 1'] });
      for (const transport of ['ssh2', 'openssh'] as const) {
        const { host } = await reach(bench(), { transport, server });
        const results = await Promise.all([1, 2, 3].map((index) => host.run(`sleep 0.1; echo ${index}`)));
        expect(results.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n']);
        await host.close();
      }
    });

    test('a forced command says its piece instead of running ours', async () => {
      const server = await bench().lab.sshd({ config: ['ForceCommand echo Please log in as debian.'] });
      for (const transport of ['ssh2', 'openssh'] as const) {
        const { host } = await reach(bench(), { transport, server });
        const { code, text } = await failure(host.run('echo hi'));
        expect(code).toBe('MB-SSH-SHELL');
        expect(text).toContain('Please log in as debian.');
        await host.close();
      }
    });

    test.each(['ssh2', 'openssh'] as const)('what is not there, over %s', async (transport) => {
      const port = await freePort();
      const gone = { port } as Sshd;
      const known = `[127.0.0.1]:${port} ${await bench().sshd.publicKey()}\n`;
      const refused = await failure(reach(bench(), { transport, server: gone, known }));
      expect(refused).toMatchObject({ code: 'MB-SSH-REFUSED', safe: 'Nothing was changed.' });
      // A label of 64 characters is wrong without asking any name server.
      const name = await failure(
        reach(bench(), { transport, server: gone, host: `${'x'.repeat(64)}.invalid`, known }),
      );
      expect(name.code).toBe('MB-SSH-NAME');

      const web = createServer((socket) =>
        socket
          .on('error', () => {})
          .resume()
          .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      );
      await new Promise<void>((resolve) => web.listen(port, '127.0.0.1', resolve));
      expect((await failure(reach(bench(), { transport, server: gone, known }))).code).toBe(
        'MB-SSH-PROTOCOL',
      );
      await new Promise((resolve) => web.close(resolve));
    });
  });
}
