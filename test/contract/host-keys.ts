import { readFile, stat } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Bench } from './lab.ts';
import { failure, knownLine, reach } from './lab.ts';
import type { Sshd } from './sshd.ts';

/** Which host keys are good, which are not, and what is written down: the same rules for both ways. */
export function hostKeys(bench: () => Bench): void {
  describe.concurrent.each(['ssh2', 'openssh'] as const)('host keys over %s', (transport) => {
    const works = async (wish: Parameters<typeof reach>[1]) => {
      const { host, knownFile } = await reach(bench(), { transport, ...wish });
      expect((await host.run('echo in')).stdout).toBe('in\n');
      await host.close();
      return knownFile;
    };
    const fails = (wish: Parameters<typeof reach>[1]) => failure(reach(bench(), { transport, ...wish }));

    test('first contact: asked with the fingerprint, written down 0600, not asked again', async () => {
      const { sshd } = bench();
      const questions: unknown[] = [];
      const confirmHostKey = async (question: unknown) => {
        questions.push(question);
        return true;
      };
      const file = await works({ known: '', secrets: { confirmHostKey } });
      expect(questions).toEqual([
        { host: `127.0.0.1 port ${sshd.port}`, type: 'ssh-ed25519', fingerprint: await sshd.fingerprint() },
      ]);
      expect(await readFile(file, 'utf8')).toBe(await knownLine(sshd));
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      await works({ known: await readFile(file, 'utf8') });
    });

    test('HashKnownHosts yes: written hashed, and recognised by OpenSSH and by us', async () => {
      const { sshd } = bench();
      const file = await works({
        known: '',
        config: ['HashKnownHosts yes'],
        secrets: { confirmHostKey: async () => true },
      });
      const text = await readFile(file, 'utf8');
      expect(text).toMatch(/^\|1\|/);
      expect((await execa('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', file])).stdout).toContain(
        'found',
      );
      await works({ known: text });
    });

    test('no, or nobody to ask: refused before anybody logs in, and nothing is written', async () => {
      const { sshd } = bench();
      const declined = await fails({ known: '', secrets: { confirmHostKey: async () => false } });
      expect(declined.code).toBe('MB-SSH-HOSTKEY-DECLINED');
      const { code, text } = await fails({ known: '' });
      expect(code).toBe('MB-SSH-HOSTKEY-UNKNOWN');
      expect(text).toContain(`--host-key ${await sshd.fingerprint()}`);
    });

    test('--host-key: the right one is enough and written down; a wrong one is refused, known or not', async () => {
      const { sshd } = bench();
      const file = await works({ known: '', hostKey: await sshd.fingerprint() });
      expect(await readFile(file, 'utf8')).toBe(await knownLine(sshd));
      const wrong = `SHA256:${'A'.repeat(43)}`;
      for (const known of ['', await knownLine(sshd)]) {
        expect((await fails({ known, hostKey: wrong })).code).toBe('MB-SSH-HOSTKEY-MISMATCH');
      }
    });

    test('a key that changed is refused, whoever says yes and whatever fingerprint is given', async () => {
      const { lab } = bench();
      const server = await lab.sshd();
      const known = await knownLine(server);
      await server.rekey();
      const fingerprint = await server.fingerprint();
      for (const wish of [{}, { secrets: { confirmHostKey: async () => true } }, { hostKey: fingerprint }]) {
        const { code, text } = await fails({ server, known, ...wish });
        expect(code).toBe('MB-SSH-HOSTKEY-CHANGED');
        expect(text).toContain(fingerprint);
        expect(text).toContain(`ssh-keygen -R '[127.0.0.1]:${server.port}'`);
      }
      expect((await fails({ server, known, config: ['StrictHostKeyChecking no'] })).code).toBe(
        'MB-SSH-HOSTKEY-CHANGED',
      );
    });

    test('a server with several keys is not called changed, whichever of them is known', async () => {
      const server = await bench().lab.sshd({ hostKeys: ['ecdsa', 'ed25519', 'rsa'] });
      for (const type of ['rsa', 'ecdsa', 'ed25519']) {
        await works({ server, known: await knownLine(server, '127.0.0.1', type) });
        await works({ server, known: '', hostKey: await server.fingerprint(type) });
      }
    });

    test('a server that no longer has any key of the known kind is called changed', async () => {
      const { lab } = bench();
      const server = await lab.sshd({ hostKeys: ['rsa'] });
      const known = `[127.0.0.1]:${server.port} ${await bench().sshd.publicKey()}\n`;
      expect((await fails({ server, known })).code).toBe('MB-SSH-HOSTKEY-CHANGED');
    });

    test('revoked: refused, also when it is known, confirmed or given', async () => {
      const { sshd } = bench();
      const revoked = `@revoked * ${await sshd.publicKey()}\n`;
      for (const wish of [
        { known: revoked, secrets: { confirmHostKey: async () => true } },
        { known: revoked, hostKey: await sshd.fingerprint() },
        { known: `${await knownLine(sshd)}${revoked}`, secrets: { confirmHostKey: async () => true } },
      ]) {
        expect((await fails(wish)).code).toBe('MB-SSH-HOSTKEY-REVOKED');
      }
    });

    test('wildcards, negation, a second file, an alias', async () => {
      const { lab, sshd } = bench();
      const key = await sshd.publicKey();
      await works({ known: `[127.0.0.*]:* ${key}\n` });
      const negated = await fails({ known: `[127.0.0.*]:*,![127.0.0.1]:${sshd.port} ${key}\n` });
      expect(negated.code).toBe('MB-SSH-HOSTKEY-UNKNOWN');
      await works({ known: `the-box ${key}\n`, config: ['HostKeyAlias the-box'] });
      const second = lab.path(`second-${transport}`);
      await execa('tee', [second], { input: await knownLine(sshd) });
      await works({ known: '', config: [`UserKnownHostsFile ${lab.path('not-there')} ${second}`] });
    });

    test('a key that is exchanged between two connections of one run is refused', async () => {
      const { lab } = bench();
      const server: Sshd = await lab.sshd();
      const { host } = await reach(bench(), { transport, server });
      const id = `exchanged-${process.pid}-${transport}`;
      await host.startJob(id, 'echo one; sleep 30');
      let seen = '';
      const following = failure(host.followJob(id, { onOutput: (_stream, text) => (seen += text) }));
      while (!seen.includes('one')) await new Promise((resolve) => setTimeout(resolve, 20));
      await server.rekey();
      expect((await following).code).toMatch(/^MB-SSH-HOSTKEY-(CHANGED|MISMATCH)$/);
      await host.close();
      const { host: after } = await reach(bench(), { transport });
      await after.run(
        `read -r pid since </run/matrix-bastion/jobs/${id}/pid; kill -s KILL -- -$pid; rm -r /run/matrix-bastion/jobs/${id}`,
      );
      await after.close();
    });
  });

  test('a certificate authority in known_hosts is left to OpenSSH', async () => {
    const { lab } = bench();
    const authority = await lab.key('authority');
    const server = await lab.sshd({ config: [`HostCertificate ${lab.path('host-cert.pub')}`] });
    await execa('sh', [
      '-c',
      'umask 022; printf "%s\\n" "$1" >"$2"',
      'sh',
      await server.publicKey(),
      lab.path('host.pub'),
    ]);
    await execa('ssh-keygen', [
      '-q',
      '-s',
      authority,
      '-I',
      'x',
      '-h',
      '-n',
      '127.0.0.1',
      lab.path('host.pub'),
    ]);
    await server.restart();
    const known = `@cert-authority * ${(await readFile(`${authority}.pub`, 'utf8')).trim()}\n`;
    const { host, log } = await reach(bench(), { server, known });
    expect(log.join('\n')).toContain('@cert-authority');
    expect((await host.run('echo in')).stdout).toBe('in\n');
    await host.close();
    const other = `@cert-authority * ${(await readFile(`${bench().key}.pub`, 'utf8')).trim()}\n`;
    expect((await failure(reach(bench(), { server, known: other }))).code).toMatch(/^MB-SSH-HOSTKEY/);
  });
}
