import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import { lookAtRooms } from '../../../src/apply/look-at-rooms.ts';
import { lookForSuccessors } from '../../../src/apply/look-at-successors.ts';
import { silentDatabase } from '../../../src/apply/look-in-database.ts';
import { script } from '../../../src/apply/script.ts';
import { readDisk } from '../../../src/disk/seen.ts';
import { fakeServer } from '../commands/fake-server.ts';

const scripts = loadScripts();

/** The look at the disk with a database in the place of Postgres: a shell function that reads the questions. */
const lookAtDisk = (database: string): string =>
  execaSync('sh', [
    '-c',
    [
      'docker() { return 1; }',
      'reach_postgres() { true; }',
      `in_postgres() { cat >/dev/null; ${database} }`,
      script({ scripts }, 'look-at-disk.sh', {
        root: '/',
        media: '/nowhere',
        places: '',
        ours: '',
        before: 0,
        growth: '/nowhere',
      }),
    ].join('\n'),
  ]).stdout;

describe('the look at the disk', () => {
  test('does not take half an answer for a whole one', () => {
    const seen = readDisk(
      lookAtDisk('echo DATABASE 5; echo "psql:<stdin>:9: ERROR:  canceling statement" >&2; return 3;'),
    );
    expect(seen).toMatchObject({ silence: 'psql:<stdin>:9: ERROR:  canceling statement' });
    expect(seen?.database).toBeUndefined();
  });
  test('takes a whole one', () => {
    const seen = readDisk(lookAtDisk('echo DATABASE 5; echo STALE 2 10; echo EMPTY 1; echo ANSWERED;'));
    expect(seen?.database).toMatchObject({ bytes: 5, stale: { files: 2, bytes: 10 }, emptyRooms: 1 });
    expect(seen?.silence).toBeUndefined();
  });
  test('counts what Synapse would purge, which quarantined media are not', () => {
    expect(scripts['look-at-disk.sh']).toMatch(/select 'STALE'[^;]* and quarantined_by is null;/);
    expect(scripts['look-at-disk.sh']).toMatch(/select 'ANSWERED';\nSQL\n/);
  });
});

test.each(['look-at-rooms.sh', 'look-at-successors.sh'])(
  '%s reads the state of rooms by the index that begins with the room',
  (name) => {
    const reads = scripts[name]?.match(/current_state_events[^;]*?where.*/g) ?? [];
    expect(reads.length).toBeGreaterThan(0);
    for (const read of reads) expect(read).toMatch(/where c\.room_id = /);
  },
);

describe('a database that does not answer', () => {
  const tools = (stderr: string) => {
    const { server } = fakeServer({ answer: () => undefined, run: () => ({ code: 1, stderr }) });
    return { ...server, host: server.plain };
  };
  test('says why to each command that asks it', async () => {
    const asked = tools('psql:<stdin>:3: ERROR:  canceling statement due to statement timeout\n');
    const what = "Synapse's database did not answer within 60 s.";
    const domain = 'example.org';
    await expect(lookAtRooms({ domain, server: 'spam.example' }, asked)).rejects.toMatchObject({
      text: { what },
    });
    await expect(lookForSuccessors({ domain, roomId: '!old' }, asked)).rejects.toMatchObject({
      text: { what },
    });
  });
  test('says why in its own words', () => {
    const { text } = silentDatabase(
      'psql:<stdin>:3: ERROR:  permission denied for table rooms\nLINE 1: select\n',
    );
    expect(text.why).toContain('permission denied');
    expect(text.fix?.join()).toContain('ps postgres');
    expect(silentDatabase().text.why).toBeUndefined();
  });
  test('a time limit is told as one', () => {
    const { text } = silentDatabase('psql:<stdin>:9: ERROR:  canceling statement due to statement timeout\n');
    expect(text.what).toBe("Synapse's database did not answer within 60 s.");
    expect(text.fix?.join()).not.toContain('ps postgres');
  });
});
