import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localChannel } from '../../src/host/channels/local.ts';
import type { Transport } from '../../src/host/choose.ts';
import { FRAME, framed } from '../../src/host/frame.ts';
import type { Host } from '../../src/host/host.ts';
import type { Bench } from './lab.ts';
import { failure, reach } from './lab.ts';
import { until } from './sshd.ts';

/** What every channel has to do with a script. */
export function scripts(transport: Transport, bench: () => Bench): void {
  describe(`scripts over ${transport}`, () => {
    let shared: Host;
    beforeAll(async () => {
      shared = (await reach(bench(), { transport })).host;
    });
    afterAll(() => shared.close());
    const with_ = (work: (host: Host) => Promise<void>) => work(shared);

    test('code, both streams, who, where, and how it speaks', () =>
      with_(async (host) => {
        const result = await host.run(
          'id -u; pwd; umask; echo "$LC_ALL" "$#"; command -v useradd; printf é >&2; exit 7',
        );
        expect(result).toEqual({ code: 7, stdout: '0\n/\n0022\nC 0\n/usr/sbin/useradd\n', stderr: 'é' });
      }));

    test.each([
      ['exit 0', 0],
      ['exit 255', 255],
      ['kill -9 $$', 137],
      ['kill -TERM $$', 143],
      ['set -e; false; echo not here', 1],
      ['false', 1],
      ['trap "exit 9" EXIT; exit 1', 9],
      ['if then', 2],
      ['', 0],
      ['exec sh -c "exit 6"', 6],
    ])('%j ends with %i', (script, code) =>
      with_(async (host) => {
        const result = await host.run(script);
        expect(result).toMatchObject({ code, stdout: '' });
      }),
    );

    test('input arrives to the byte: NUL, every value, megabytes', () =>
      with_(async (host) => {
        const input = Buffer.alloc(5_000_000);
        for (let i = 0; i < input.length; i++) input[i] = (i * 7 + (i >> 8)) & 0xff;
        const { stdout } = await host.run('sha256sum', { input });
        expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(input).digest('hex'));
      }));

    test('output arrives to the byte, also when there is much of it on both streams', () =>
      with_(async (host) => {
        const { stdout, stderr } = await host.run(
          'head -c 3000000 /dev/zero | tr "\\0" a; head -c 3000000 /dev/zero | tr "\\0" b >&2',
        );
        expect([stdout.length, stderr.length]).toEqual([3_000_000, 3_000_000]);
        expect(/^a+$/.test(stdout) && /^b+$/.test(stderr)).toBe(true);
      }));

    // Made by hand, past the connection: the same on every transport.
    const onlyHere = (name: string, run: () => Promise<void>): void => {
      if (transport === 'local') test(name, run);
    };
    onlyHere('half a script, or half a header, is not run at all', async () => {
      const mark = '<mb:0>';
      const whole = framed('echo run', mark);
      for (let length = 0; length < whole.length; length++) {
        let out = '';
        const execution = await localChannel(process.env).exec(FRAME.direct, (_stream, chunk) => {
          out += chunk.toString();
        });
        execution.write(whole.subarray(0, length));
        execution.end();
        const { code } = await execution.ended;
        expect([length, code === 0 ? /\[125\]/.test(out) : code === 125, out.includes('run')]).toEqual([
          length,
          true,
          false,
        ]);
      }
    });

    test('a script of 200 KB', () =>
      with_(async (host) => {
        const script = `${'# é filler, and a quote: \' "\n'.repeat(7000)}echo done`;
        expect(Buffer.byteLength(script)).toBeGreaterThan(200_000);
        expect((await host.run(script)).stdout).toBe('done\n');
      }));

    test('a script that does not read its input ends as it wants', () =>
      with_(async (host) => {
        expect(await host.run('exit 3', { input: Buffer.alloc(8_000_000) })).toMatchObject({ code: 3 });
        expect((await host.run('head -c 4', { input: Buffer.alloc(8_000_000, 'x') })).stdout).toBe('xxxx');
      }));

    test('a script that leaves something running in the background ends by itself', () =>
      with_(async (host) => {
        const started = Date.now();
        const { stdout, code } = await host.run('sleep 20 & echo $!');
        expect(Date.now() - started).toBeLessThan(5000);
        expect(code).toBe(0);
        expect((await host.run(`kill ${Number(stdout)} && echo was running`)).stdout).toBe('was running\n');
      }));

    test('neither the script nor its input is in any argv or environment', () =>
      with_(async (host) => {
        // `case` is the shell's own, so the search does not find itself.
        const script = [
          '# canary-in-script',
          'read -r secret',
          `all=$(cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n")`,
          'case $all in *canary-in-script*|*"$secret"*) echo found ;; *) echo clean ;; esac',
        ].join('\n');
        expect((await host.run(script, { input: 'canary-in-input\n' })).stdout).toBe('clean\n');
      }));

    test('output is handed over while the script runs, and characters are not torn', () =>
      with_(async (host) => {
        const seen: string[] = [];
        const go = (await host.run('mktemp -u')).stdout.trim();
        const running = host.run(
          `printf "ready \\303"; head -c 1 >/dev/null; until rm "${go}" 2>/dev/null; do sleep 0.05; done; printf "\\251\\n"`,
          {
            input: 'x',
            onOutput: (stream, text) => seen.push(`${stream}:${text}`),
          },
        );
        try {
          await until(() => seen.length > 0);
          expect(seen).toEqual(['stdout:ready ']);
        } finally {
          await host.run(`touch ${go}`);
        }
        expect((await running).stdout).toBe('ready é\n');
        expect(seen.join('')).toContain('é\n');
      }));

    test('twelve at once, on a server that allows ten', () =>
      with_(async (host) => {
        const results = await Promise.all(
          Array.from({ length: 12 }, (_, index) => host.run(`sleep 0.2; echo ${index}`)),
        );
        expect(results.map(({ stdout }) => Number(stdout))).toEqual(
          Array.from({ length: 12 }, (_, index) => index),
        );
      }));

    test('given up: the script is gone from the machine', () =>
      with_(async (host) => {
        const controller = new AbortController();
        const pids: string[] = [];
        const running = host.run('sleep 301 & echo $!; wait', {
          signal: controller.signal,
          onOutput: (_stream, text) => pids.push(text.trim()),
        });
        await until(() => pids.length > 0);
        controller.abort(new Error('enough'));
        await expect(running).rejects.toThrow('enough');
        const alive = `case $(cat /proc/${Number(pids[0])}/stat 2>/dev/null) in *') S'*) echo alive ;; *) echo gone ;; esac`;
        await until(async () => (await host.run(alive)).stdout === 'gone\n');

        const late = await failure(host.run('sleep 302', { timeout: 300 }));
        expect(late).toMatchObject({ code: 'MB-HOST-TIMEOUT' });
        expect((await host.run('echo still here')).stdout).toBe('still here\n');
      }));
  });
}
