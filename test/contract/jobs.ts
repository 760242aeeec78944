import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../src/host/choose.ts';
import type { Host } from '../../src/host/host.ts';
import type { Bench } from './lab.ts';
import { failure, reach } from './lab.ts';
import type { Sshd } from './sshd.ts';
import { until } from './sshd.ts';

let count = 0;

/** What a job has to do, on any channel. */
export function jobs(transport: Transport, bench: () => Bench): void {
  describe.concurrent(`jobs over ${transport}`, () => {
    let shared: Host;
    beforeAll(async () => {
      shared = (await reach(bench(), { transport })).host;
    });
    afterAll(() => shared.close());
    /** What has no connection cannot lose it. */
    const overSsh = (name: string, run: () => Promise<void>): void => {
      if (transport !== 'local') test(name, run);
    };
    const with_ = async (work: (host: Host, id: string) => Promise<void>) => {
      const id = `contract-${process.pid}-${count++}`;
      try {
        await work(shared, id);
      } finally {
        await shared.run(`rm -rf /run/matrix-bastion/jobs/${id}`);
      }
    };

    /** A connection of its own, to a server that may be cut off. */
    const withServer = async (work: (host: Host, id: string, server: Sshd) => Promise<void>) => {
      const server = await bench().lab.sshd();
      const { host } = await reach(bench(), { transport, server });
      await with_((_shared, id) => work(host, id, server)).finally(() => host.close());
    };

    test('runs apart from us, as root, with nothing on its input; its log is streamed and its code kept', () =>
      with_(async (host, id) => {
        expect(await host.jobState(id)).toEqual({ state: 'none' });
        const go = `/run/matrix-bastion/${id}.go`;
        await host.startJob(
          id,
          `id -u; cat; echo "$$ $(cut -d" " -f6 /proc/$$/stat)"; until [ -e ${go} ]; do sleep 0.1; done; echo err >&2; exit 4`,
        );
        expect(await host.jobState(id)).toEqual({ state: 'running' });
        await host.run(`(sleep 0.3; touch ${go}) & :`);
        const seen: string[] = [];
        const result = await host.followJob(id, {
          onOutput: (stream, text) => seen.push(`${stream} ${text}`),
        });
        const [uid, ids = '', err] = result.stdout.split('\n');
        expect([uid, err, result.code, result.stderr]).toEqual(['0', 'err', 4, '']);
        // Its session is its own and not that of the connection.
        expect(ids).toMatch(/^\d+ \d+$/);
        expect(seen.map((line) => line.replace('stdout ', '')).join('')).toBe(result.stdout);
        expect(await host.jobState(id)).toEqual({ state: 'ended', code: 4 });
        expect(await host.followJob(id)).toEqual(result);
        const { stdout } = await host.run(
          `stat -c '%a %U' /run/matrix-bastion/jobs /run/matrix-bastion/jobs/${id}`,
        );
        expect(stdout).toBe('700 root\n700 root\n');
        await host.run(`rm ${go}`);
      }));

    test('one that runs is left alone, one that ended is replaced, and of many starters one wins', () =>
      with_(async (host, id) => {
        await Promise.all(
          Array.from({ length: 5 }, (_, index) => host.startJob(id, `echo ${index}; sleep 1`)),
        );
        const first = await host.followJob(id);
        expect(first.stdout).toMatch(/^\d\n$/);
        await host.startJob(id, 'echo again');
        expect((await host.followJob(id)).stdout).toBe('again\n');
      }));

    test('one that was killed, or whose number is now somebody else’s, is lost, and can be started again', () =>
      with_(async (host, id) => {
        const folder = `/run/matrix-bastion/jobs/${id}`;
        await host.startJob(id, 'echo begun; sleep 60');
        await until(async () => (await host.run(`cat ${folder}/log`)).stdout === 'begun\n');
        await host.run(`read -r pid since <${folder}/pid; kill -s KILL -- -$pid`);
        await until(async () => (await host.jobState(id)).state === 'lost');
        expect(await failure(host.followJob(id))).toMatchObject({ code: 'MB-HOST-JOB-LOST' });

        await host.run(`sleep 60 & echo "$! 1" >${folder}/pid`);
        expect(await host.jobState(id)).toEqual({ state: 'lost' });
        await host.startJob(id, 'echo second');
        expect((await host.followJob(id)).stdout).toBe('second\n');
      }));

    test('following what was never started is a failure that says so', () =>
      with_(async (host, id) => {
        expect(await failure(host.followJob(id))).toMatchObject({ code: 'MB-HOST-JOB-NONE' });
        await expect(host.startJob('../x', 'true')).rejects.toThrow(TypeError);
      }));

    test('a script that did not arrive as a whole is not started', () =>
      with_(async (host, id) => {
        const { startScript } = await import('../../src/host/jobs.ts');
        const result = await host.run(startScript(id, 100), { input: 'touch /run/mb-half\n' });
        expect(result.code).toBe(1);
        expect(await host.jobState(id)).toEqual({ state: 'none' });
      }));

    test('a long log arrives whole', () =>
      with_(async (host, id) => {
        await host.startJob(id, 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i é"; done');
        const { stdout } = await host.followJob(id);
        expect(stdout).toBe(Array.from({ length: 20_000 }, (_, index) => `line ${index + 1} é\n`).join(''));
      }));

    overSsh('the connection is cut under it: it goes on, and so do we, without repeating', () =>
      withServer(async (host, id, server) => {
        const script = 'i=0; while [ $i -lt 12 ]; do i=$((i+1)); echo "tick $i é"; sleep 0.25; done; exit 5';
        await host.startJob(id, script);
        let seen = '';
        let cuts = 0;
        const following = host.followJob(id, {
          onOutput: (_stream, text) => {
            seen += text;
          },
        });
        for (const line of ['tick 3', 'tick 7']) {
          await until(() => seen.includes(line));
          await server.cut();
          cuts++;
        }
        const { code, stdout } = await following;
        expect([code, cuts]).toEqual([5, 2]);
        expect(stdout).toBe(Array.from({ length: 12 }, (_, index) => `tick ${index + 1} é\n`).join(''));
        expect(seen).toBe(stdout);
      }),
    );

    overSsh('the connection is cut under a script: lost, and the next one connects again', () =>
      withServer(async (host, _id, server) => {
        let begun = false;
        const running = failure(
          host.run('echo begun; sleep 20', {
            onOutput: () => {
              begun = true;
            },
          }),
        );
        await until(() => begun);
        await server.cut();
        expect(await running).toMatchObject({ code: 'MB-SSH-LOST' });
        expect((await host.run('echo back')).stdout).toBe('back\n');
      }),
    );
  });
}
