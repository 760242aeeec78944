import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../src/host/choose.ts';
import type { Host, TreeEntry } from '../../src/host/host.ts';
import { treeScript } from '../../src/host/tree.ts';
import type { Bench } from './lab.ts';
import { failure, reach } from './lab.ts';

const file = (path: string, content: string | Uint8Array, more: Partial<TreeEntry> = {}): TreeEntry => ({
  path,
  type: 'file',
  content,
  mode: 0o600,
  uid: 0,
  gid: 0,
  ...more,
});
const dir = (path: string, more: Partial<TreeEntry> = {}): TreeEntry => ({
  path,
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  ...more,
});

/** What putTree has to do, on any channel. */
export function trees(transport: Transport, bench: () => Bench): void {
  describe(`trees over ${transport}`, () => {
    let shared: Host;
    beforeAll(async () => {
      shared = (await reach(bench(), { transport })).host;
    });
    afterAll(() => shared.close());
    const with_ = async (work: (host: Host, root: string) => Promise<void>) => {
      const root = (await shared.run('mktemp -d /var/tmp/mb-tree.XXXXXX')).stdout.trim();
      try {
        await work(shared, root);
      } finally {
        await shared.run(`rm -rf '${root}'`);
      }
    };
    const look = async (host: Host, root: string) =>
      (await host.run(`cd '${root}' && find . -mindepth 1 -printf '%p %y %m %U:%G\\n' | sort`)).stdout
        .trimEnd()
        .split('\n');

    test('content, owner and mode are exact, also of bytes, odd names and empty files', () =>
      with_(async (host, root) => {
        const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index & 0xff));
        const name = `it's "a" $(id) \`x\` \\ *é`;
        await host.putTree([
          dir(`${root}/a`, { mode: 0o750, uid: 991, gid: 990 }),
          dir(`${root}/a/b`, { mode: 0o2770, uid: 0, gid: 990 }),
          file(`${root}/a/b/bytes`, bytes, { mode: 0o640, uid: 991, gid: 990 }),
          file(`${root}/a/${name}`, 'text é\n', { mode: 0o4755 }),
          file(`${root}/empty`, '', { mode: 0o444 }),
        ]);
        expect(await look(host, root)).toEqual(
          [
            './a d 750 991:990',
            './a/b d 2770 0:990',
            './a/b/bytes f 640 991:990',
            `./a/${name} f 4755 0:0`,
            './empty f 444 0:0',
          ].sort(),
        );
        const { stdout } = await host.run(`sha256sum <'${root}/a/b/bytes'; cat '${root}/a/'it*`);
        expect(stdout).toContain('text é\n');
        expect((await host.run('sha256sum', { input: bytes })).stdout.slice(0, 64)).toBe(stdout.slice(0, 64));
      }));

    test('a file is replaced, not written into; a folder is repaired and keeps what is in it', () =>
      with_(async (host, root) => {
        await host.run(
          `cd '${root}' && mkdir d && chmod 2700 d && echo mine >d/own && echo old >f && ln f hardlink`,
        );
        await host.putTree([dir(`${root}/d`, { mode: 0o711, uid: 5, gid: 6 }), file(`${root}/f`, 'new')]);
        expect((await host.run(`cd '${root}' && cat f hardlink d/own`)).stdout).toBe('newold\nmine\n');
        expect(await look(host, root)).toContain('./d d 711 5:6');
      }));

    test('several file systems in one go', () =>
      with_(async (host, root) => {
        const other = (await host.run('mktemp -d /dev/shm/mb-tree.XXXXXX')).stdout.trim();
        await host.putTree([file(`${root}/x`, '1'), file(`${other}/y`, '2'), file(`${root}/z`, '3')]);
        const { stdout } = await host.run(
          `cat '${root}/x' '${other}/y' '${root}/z'; ls -A '${other}'; rm -r '${other}'`,
        );
        expect(stdout).toBe('123y\n');
        expect(await look(host, root)).toHaveLength(2);
      }));

    test('nothing is followed: links, folders and sockets in the place of a file', () =>
      with_(async (host, root) => {
        await host.run(
          `cd '${root}' && echo safe >target && ln -s target link && ln -s nowhere dangling && mkdir folder && mkfifo fifo && ln -s folder dirlink`,
        );
        const before = await look(host, root);
        for (const name of ['link', 'dangling', 'folder', 'fifo', 'dirlink']) {
          const { code, text, safe } = await failure(
            host.putTree([file(`${root}/other`, 'x'), file(`${root}/${name}`, 'evil')]),
          );
          expect([name, code, safe]).toEqual([name, 'MB-HOST-TREE', 'No file was replaced.']);
          expect(text).toContain(`${root}/${name}`);
        }
        for (const name of ['target', 'dirlink', 'dangling']) {
          expect(await failure(host.putTree([dir(`${root}/${name}`)]))).toMatchObject({
            code: 'MB-HOST-TREE',
          });
        }
        expect(await failure(host.putTree([file(`${root}/target/x`, '')]))).toMatchObject({
          code: 'MB-HOST-TREE',
        });
        expect(await failure(host.putTree([file(`${root}/no/such/x`, '')]))).toMatchObject({
          code: 'MB-HOST-TREE',
        });
        expect(await look(host, root)).toEqual(before);
      }));

    test('a full disk: named, nothing replaced, nothing left behind', () =>
      with_(async (host, root) => {
        await host.run(`mount -t tmpfs -o size=1m tmpfs '${root}' && echo old >'${root}/a'`);
        try {
          const { code, text, safe } = await failure(
            host.putTree([file(`${root}/a`, 'new'), file(`${root}/big`, Buffer.alloc(2_000_000))]),
          );
          expect([code, safe]).toEqual(['MB-HOST-DISK', 'No file was replaced.']);
          expect(text).toContain(`${root}/big`);
          expect((await host.run(`cat '${root}/a'; ls -A '${root}'`)).stdout).toBe('old\na\n');
        } finally {
          await host.run(`umount '${root}'`);
        }
      }));

    test('a stream that was cut off replaces nothing', () =>
      with_(async (host, root) => {
        await host.putTree([file(`${root}/a`, 'old a'), file(`${root}/b`, 'old b')]);
        const { script, input } = treeScript([file(`${root}/a`, 'new a'), file(`${root}/b`, 'new b')]);
        for (let length = 0; length < input.length; length++) {
          expect((await host.run(script, { input: input.subarray(0, length) })).code).not.toBe(0);
        }
        expect((await host.run(`cd '${root}' && cat a b; ls -A`)).stdout).toBe('old aold ba\nb\n');
      }));

    test('killed at any moment, each file is the old or the new one, and the next run cleans up', () =>
      with_(async (host, root) => {
        const names = Array.from({ length: 8 }, (_, index) => `f${index}`);
        const put = (content: string) => names.map((name) => file(`${root}/${name}`, content.repeat(20_000)));
        await host.putTree(put('old '));
        const { script, input } = treeScript(put('new '));
        for (const delay of ['0.01', '0.03', '0.05', '0.08', '0.12']) {
          await host.run(`(sleep ${delay}; kill -9 $$) & ${script}`, { input });
          const { stdout } = await host.run(
            `cd '${root}' && for f in ${names.join(' ')}; do tr -s ' ' '\\n' <$f | sort -u; done | sort | uniq -c`,
          );
          const kinds = stdout
            .trim()
            .split('\n')
            .map((line) => line.trim().split(' '));
          expect(kinds.every(([, kind]) => kind === 'old' || kind === 'new')).toBe(true);
          expect(kinds.reduce((sum, [times]) => sum + Number(times), 0)).toBe(names.length);
        }
        await host.run(
          `mkdir '${root}/.matrix-bastion-stage.leftover' && touch '${root}/.matrix-bastion-stage.leftover/x'`,
        );
        await host.putTree(put('new '));
        expect((await host.run(`ls -A '${root}'`)).stdout.trim().split('\n')).toEqual(names);
      }));
  });
}
