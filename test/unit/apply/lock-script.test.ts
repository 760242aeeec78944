/** The lock's own scripts, run by real processes at once, as two runs would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { script } from '../../../src/apply/script.ts';

const scripts = loadScripts();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = async (text: string) => {
  const { exitCode, stdout } = await execa('sh', ['-s'], { input: text, reject: false });
  return { code: exitCode, stdout };
};
const take = (nonce: string, owner = `owner of ${nonce}`) =>
  run(script({ scripts }, 'lock.sh', { folder, nonce, owner, since: '2026-01-02T03:04:05.000Z' }));
const unlock = (nonce: string) => run(script({ scripts }, 'unlock.sh', { folder, nonce }));
const lockText = () => readFileSync(join(folder, 'run.lock'), 'utf8');
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const startOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')[19];

const AT_ONCE = 2;
const TIMES = 50;

describe('two runs at once', () => {
  it.each([
    ['a free lock', () => {}],
    [
      'a lock that a dead run left',
      () => writeFileSync(join(folder, 'run.lock'), `old 999999999 1\nx\ny\n${boot}\n`),
    ],
  ])(
    `${TIMES} times: exactly one gets %s, and the other says who has it`,
    async (_name, prepare) => {
      for (let time = 0; time < TIMES; time += 1) {
        rmSync(join(folder, 'run.lock'), { force: true });
        prepare();
        const runs = await Promise.all(Array.from({ length: AT_ONCE }, (_, one) => take(`${time}-${one}`)));
        const winner = runs.findIndex(({ code }) => code === 0);
        expect(runs.map(({ code }) => code).sort()).toEqual([0, 75]);
        expect(lockText()).toMatch(new RegExp(`^${time}-${winner} `));
        expect(runs[1 - winner]?.stdout).toBe(
          `MB-LOCKED owner of ${time}-${winner}, since 2026-01-02T03:04:05.000Z`,
        );
      }
    },
    60_000,
  );
});

describe('the lock', () => {
  it('may be taken again by the run that has it', async () => {
    expect((await take('one')).code).toBe(0);
    expect((await take('one')).code).toBe(0);
    expect((await take('two')).code).toBe(75);
  });

  describe('of a session', () => {
    let session: ChildProcess;
    beforeEach(() => {
      session = spawn('sleep', ['60']);
      const { pid = 0 } = session;
      writeFileSync(join(folder, 'run.lock'), `old ${pid} ${startOf(pid)}\nanna\nthen\n${boot}\n`);
    });
    afterEach(() => void session.kill('SIGKILL'));

    it('is held while that lives, and free when it is gone', async () => {
      expect((await take('new')).stdout).toBe('MB-LOCKED anna, since then');
      const gone = new Promise((resolve) => session.once('exit', resolve));
      session.kill('SIGKILL');
      await gone;
      expect((await take('new')).code).toBe(0);
    });
    it('is free when its pid is another process by now', async () => {
      writeFileSync(join(folder, 'run.lock'), `old ${session.pid} 1\nanna\nthen\n${boot}\n`);
      expect((await take('new')).code).toBe(0);
    });
    it('is free after a reboot, whatever has its pid', async () => {
      writeFileSync(join(folder, 'run.lock'), lockText().replace(boot, 'another-boot'));
      expect((await take('new')).code).toBe(0);
    });
  });

  it.each([
    ['No space left on device', 'space'],
    ['Read-only file system', 'readonly'],
    ['Operation not permitted', 'denied'],
    ['Input/output error', 'other'],
  ])('that cannot be written (%s) is not taken for one that is held', async (said, kind) => {
    const bin = mkdtempSync(join(tmpdir(), 'bin-'));
    const fake = `#!/bin/sh\necho "mv: cannot move: ${said}" >&2\nexit 1\n`;
    writeFileSync(join(bin, 'mv'), fake);
    chmodSync(join(bin, 'mv'), 0o755);
    const text = script({ scripts }, 'lock.sh', { folder, nonce: 'a', owner: 'o', since: 's' });
    const { exitCode, stdout } = await execa('sh', ['-s'], {
      input: text,
      reject: false,
      env: { PATH: `${bin}:${process.env.PATH}` },
    });
    rmSync(bin, { recursive: true });
    expect(exitCode).toBe(74);
    expect(stdout).toBe(`MB-LOCK-BROKEN ${kind} mv: cannot move: ${said}`);
  });
  it('that has no folder to be in says so', async () => {
    writeFileSync(join(folder, 'file'), '');
    const text = script({ scripts }, 'lock.sh', {
      folder: join(folder, 'file', 'below'),
      nonce: 'a',
      owner: 'o',
      since: 's',
    });
    const { code, stdout } = await run(text);
    expect(code).toBe(74);
    expect(stdout).toMatch(/^MB-LOCK-BROKEN other mkdir: .*Not a directory/);
  });
});

describe('unlock', () => {
  it('finds nothing where nobody is', async () => {
    expect((await unlock('')).stdout).toBe('MB-LOCK-FREE');
  });
  it('shows who, then takes away exactly that lock; its run does not get it back', async () => {
    await take('one', 'anna on laptop (pid 7)');
    const { stdout } = await unlock('');
    expect(stdout.split('\n')).toEqual([
      'MB-LOCK-NONCE one',
      'MB-LOCK-STATE held',
      expect.stringMatching(/^MB-LOCK-PID \d+$/),
      'MB-LOCK-OWNER anna on laptop (pid 7)',
      'MB-LOCK-SINCE 2026-01-02T03:04:05.000Z',
      `MB-LOCK-BOOT ${boot}`,
    ]);
    expect((await unlock('another')).stdout).toBe('MB-LOCK-OTHER');
    expect(existsSync(join(folder, 'run.lock'))).toBe(true);
    expect((await unlock('one')).stdout).toBe('MB-LOCK-REMOVED');
    expect(await take('one')).toEqual({ code: 76, stdout: 'MB-LOCK-TAKEN-AWAY' });
    expect((await take('two')).code).toBe(0);
  });
  it.each([
    ['ended', `old 999999999 1\nanna\nthen\n${boot}\n`],
    ['rebooted', 'old 1 1\nanna\nthen\nanother-boot\n'],
  ])('says when nobody has it any more: %s', async (state, text) => {
    writeFileSync(join(folder, 'run.lock'), text);
    expect((await unlock('')).stdout).toContain(`MB-LOCK-STATE ${state}`);
  });
});
