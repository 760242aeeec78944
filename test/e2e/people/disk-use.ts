import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ROOT, type Server } from '../life/server.ts';
import { administratorOf, done, onHost, type TheNeighbours } from './neighbours.ts';

const REMOTE = `${ROOT}/synapse/data/media_store/remote_content`;
const FILES = `find ${REMOTE} -type f | wc -l`;

/**
 * Once a minute Synapse writes down which media were looked at since, and would undo a time that a test sets before. Over when
 * it has; one that did so while the medium was still on its way has nothing more to write after that minute.
 */
const looksAreWritten = async (server: Server, mediaId: string): Promise<void> => {
  const sql = `select last_access_ts > created_ts from remote_media_cache where media_id = '${mediaId}'`;
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(1000))
    if ((await server.query(sql))[0] === 't') return;
};

/** What takes the space, and copies of somebody else's media that are freed. */
export const diskUse = (neighbours: TheNeighbours): void => {
  describe('the disk', () => {
    test('says what takes the space; two looks that are a day apart tell how it grows', async () => {
      const { ours } = neighbours();
      const first = await onHost(ours, ['disk', 'HOST']);
      expect(first.stdout).toMatch(/^Free: \S+ GB of \S+ GB \(\d+ %\)$/m);
      expect(first.stdout).toMatch(/MB {2}Database/);
      expect(first.stdout).toContain('Largest tables of the database:');
      expect(first.stderr).toContain('How it grows is not known yet');
      const growth = `${ROOT}/state/disk-growth`;
      await ours.shell(
        `sed -i "1s/^[0-9]*/$(($(date +%s) - 172800))/" ${growth} && stat -c %a ${growth} | grep -qx 600`,
      );
      const told = JSON.parse((await onHost(ours, ['disk', 'HOST', '--json'])).stdout);
      expect(told.forecast.days).toBeCloseTo(2, 1);
      expect(told.tables).toHaveLength(6);
      expect(told.stateTables).toBeGreaterThan(0);
      expect(typeof told.forecast.state).toBe('number');
    });

    test('copies of media of another server go when nobody looked at them, and only when it is agreed to', async () => {
      const { ours, theirs } = neighbours();
      const [us, them] = [await administratorOf(ours), await administratorOf(theirs)];
      const { content_uri: uri } = await done(them, 'POST', '/_matrix/media/v3/upload?filename=x.txt', {
        a: 'file',
      });
      const mediaId = String(uri).split('/').at(-1);
      const download = `/_matrix/client/v1/media/download/${theirs.domain}/${mediaId}`;
      await done(us, 'GET', download);
      const purge = ['disk', 'HOST', '--purge-remote-media-older', '14d'];
      expect((await onHost(ours, [...purge, '--yes'])).stdout).toContain('Nothing to do: ');
      await looksAreWritten(ours, String(mediaId));
      await ours.query('update remote_media_cache set created_ts = 1, last_access_ts = 1');
      const dry = await onHost(ours, [...purge, '--dry-run']);
      expect(dry.stdout).toMatch(/ \d+ files? of other servers that nobody has looked at for 14 days/);
      expect((await onHost(ours, purge, 2)).stderr).toContain('needs --yes');
      expect((await ours.shell(FILES)).trim()).not.toBe('0');
      expect((await onHost(ours, [...purge, '--yes'])).stdout).toMatch(/^Deleted: (\d+) of \1 files\.$/m);
      expect((await ours.shell(FILES)).trim()).toBe('0');
      await done(us, 'GET', download);
    });
  });
};
