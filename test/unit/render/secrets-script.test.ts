import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, UID } from '../../../src/render/layout.ts';
import { SECRET_FILES, type SecretFile } from '../../../src/render/secrets.ts';
import { secretsScript } from '../../../src/render/secrets-script.ts';

const HEX64 = /^[0-9a-f]{64}\n$/;
const shells = ['sh', 'bash', 'busybox'].filter((shell) => spawnSync(shell, ['--help']).error === undefined);

describe('the list of secrets', () => {
  it('has sources before what is derived from them', () => {
    const seen = new Set<string>();
    for (const { path, from } of SECRET_FILES) {
      if (from) expect(seen, path).toContain(from.path);
      seen.add(path);
    }
    expect(seen.size).toBe(SECRET_FILES.length);
  });

  it('refuses a path that a shell could read otherwise', () => {
    expect(() => secretsScript([{ path: "/a'b", owner: 'root', kind: 'hex64' }])).toThrow('not a plain word');
  });
});

// chown needs root, as the script does on the machine.
describe.skipIf(process.getuid?.() !== 0).each(shells)('the script in %s', (shell) => {
  let root = '';
  let files: SecretFile[] = [];
  const path = (name: string) => join(root, 'secrets', name);
  const read = (name: string) => readFileSync(path(name), 'utf8');
  const run = () => {
    const args = shell === 'busybox' ? ['sh', '-s'] : ['-s'];
    return spawnSync(shell, args, { input: secretsScript(files), encoding: 'utf8' });
  };
  const ran = () => {
    const result = run();
    expect(result).toMatchObject({ status: 0, stderr: '' });
    return result.stdout;
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'secrets-'));
    const moved = (text: string) => text.replace(ROOT, root);
    files = SECRET_FILES.map((file) => ({
      ...file,
      path: moved(file.path),
      ...(file.from ? { from: { ...file.from, path: moved(file.from.path) } } : {}),
    }));
    for (const file of files) mkdirSync(dirname(file.path), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('creates all, 0600, owned, different, and nothing else', () => {
    const output = ran();
    for (const file of files) {
      const { mode, uid, gid } = statSync(file.path);
      expect({ mode: mode & 0o777, uid, gid }, file.path).toEqual({ mode: 0o600, ...UID[file.owner] });
      expect(output).toContain(file.path);
    }
    const born = files.filter(({ kind }) => kind === 'hex64').map((file) => readFileSync(file.path, 'utf8'));
    for (const secret of born) {
      expect(secret).toMatch(HEX64);
      expect(output).not.toContain(secret.trim());
    }
    expect(new Set(born).size).toBe(born.length);
    const all = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(all).toHaveLength(files.length);
  });

  it('derives what Postgres and Redis read', () => {
    ran();
    const password = read('postgres/password').trim();
    expect(read('synapse/pgpass')).toBe(`postgres:5432:synapse:synapse:${password}\n`);
    expect(read('postgres/pgpass')).toBe(`127.0.0.1:5432:synapse:synapse:${password}\n`);
    expect(read('redis/auth.conf')).toBe(`requirepass ${read('synapse/redis_password')}`);
  });

  it('does nothing the second time', () => {
    ran();
    const before = files.map((file) => [readFileSync(file.path, 'utf8'), statSync(file.path).ino]);
    expect(ran()).toBe('');
    expect(files.map((file) => [readFileSync(file.path, 'utf8'), statSync(file.path).ino])).toEqual(before);
  });

  it('makes again only what is missing', () => {
    ran();
    const password = read('postgres/password');
    rmSync(path('synapse/pgpass'));
    rmSync(path('synapse/form_secret'));
    const output = ran();
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['created', 'derived']);
    expect(read('synapse/pgpass')).toContain(password);
  });

  it('takes a lost password back from what was derived from it', () => {
    ran();
    const password = read('postgres/password');
    rmSync(path('postgres/password'));
    rmSync(path('synapse/pgpass'));
    ran();
    expect(read('postgres/password')).toBe(password);
    expect(read('synapse/pgpass')).toContain(password);
  });

  it('replaces an empty file, as a full disk leaves it', () => {
    writeFileSync(path('synapse/form_secret'), '');
    ran();
    expect(read('synapse/form_secret')).toMatch(HEX64);
  });

  it('follows a password that was changed by hand', () => {
    ran();
    writeFileSync(path('postgres/password'), `${'5'.repeat(64)}\n`);
    expect(ran().trim().split('\n')).toHaveLength(2);
    expect(read('postgres/pgpass')).toContain('5'.repeat(64));
  });

  it('refuses a source that is not one of ours, and leaves it', () => {
    ran();
    writeFileSync(path('postgres/password'), "o'clock\n");
    const { status, stderr } = run();
    expect(status).not.toBe(0);
    expect(stderr).toContain('should hold 64 hex digits');
    expect(stderr).not.toContain("o'clock");
    expect(read('postgres/password')).toBe("o'clock\n");
  });

  it('writes through no link that lies in wait', () => {
    const victim = join(root, 'victim');
    writeFileSync(victim, 'kept');
    rmSync(path('synapse'), { recursive: true });
    mkdirSync(path('synapse'));
    symlinkSync(victim, path('synapse/form_secret'));
    expect(run().status).toBe(0);
    expect(readFileSync(victim, 'utf8')).toBe('kept');
  });

  it('leaves nothing half-made when its folder is missing', () => {
    rmSync(path('redis'), { recursive: true });
    expect(run().status).not.toBe(0);
    expect(existsSync(path('redis'))).toBe(false);
    mkdirSync(path('redis'));
    expect(ran()).toContain('redis/auth.conf');
  });

  it('starts no process with a secret in its arguments', () => {
    const args = shell === 'busybox' ? ['sh', '-s'] : ['-s'];
    if (shell !== 'sh' || spawnSync('strace', ['-V']).error) return;
    const log = join(root, 'trace');
    spawnSync('strace', ['-f', '-s', '300', '-e', 'trace=execve', '-o', log, shell, ...args], {
      input: secretsScript(files),
    });
    const trace = readFileSync(log, 'utf8');
    expect(trace).toContain('execve');
    for (const file of files) expect(trace).not.toContain(readFileSync(file.path, 'utf8').trim());
  });
});
